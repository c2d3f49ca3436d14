"""How an account proves who it is.

Rule 1: an OAuth client's access token is got and renewed here; API tokens and ready bearer tokens are headers.

https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/
"""

from __future__ import annotations

import base64

from connectors.accounts import Account, ApiToken, BearerToken, OAuthClient
from connectors.contract import Clock
from connectors.credentials import Credentials, Fixed, Renewable, TokenSource, TokenSources
from connectors.errors import AuthFailure, PermanentFailure, TemporaryFailure, UnknownOutcome
from connectors.transport import Transport
from connectors.zendesk.refusals import explain

#: Seconds we ask for; Zendesk allows 300 to 172800.
_LIFE = 7200
_SCOPE = "read write"


def credentials_of(account: Account, sources: TokenSources, *, clock: Clock) -> Credentials:
    """Return the account's credentials; all threads of the process share one token."""
    auth = account.auth
    if isinstance(auth, ApiToken):
        pair = f"{auth.email}/token:{auth.api_token}"
        return Fixed(f"Basic {base64.b64encode(pair.encode()).decode()}")
    if isinstance(auth, BearerToken):
        return Fixed(f"Bearer {auth.token}")
    return Renewable(sources.of((account.base_url, auth), lambda: _source(account.base_url, auth, clock)))


def _source(base_url: str, auth: OAuthClient, clock: Clock) -> TokenSource:
    transport = Transport(base_url, Fixed(""), clock=clock, explain=explain)
    return TokenSource(fetch=lambda: _fetch(transport, base_url, auth), clock=clock)


def _fetch(transport: Transport, base_url: str, auth: OAuthClient) -> tuple[str, float | None]:
    """Get an access token. Asking twice harms nobody, so an unknown outcome is merely a temporary failure."""
    asking = {
        "grant_type": "client_credentials",
        "client_id": auth.client_id,
        "client_secret": auth.client_secret,
        "scope": _SCOPE,
        "expires_in": _LIFE,
    }
    try:
        answer = transport.post(f"{base_url}/oauth/tokens", json=asking).json()
    except UnknownOutcome as exc:
        raise TemporaryFailure(f"no access token: {exc}") from exc
    except PermanentFailure as exc:
        raise AuthFailure(
            f"no access token: {exc}; check client id and secret, and that the client is confidential", status=401
        ) from exc
    return _token(answer, base_url)


def _token(answer: object, base_url: str) -> tuple[str, float | None]:
    found = answer if isinstance(answer, dict) else {}
    token, life = found.get("access_token"), found.get("expires_in")
    if not isinstance(token, str) or not token:
        raise AuthFailure(f"{base_url} gave no access token; check the connection's base_url", status=401)
    return token, float(life) if isinstance(life, int | float) and life > 0 else None
