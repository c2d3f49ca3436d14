"""What `requests.post` and its like do for a library that calls them itself, while it is asked by us.

Rule 1: no redirect is followed, no `.netrc` is read; proxies and certificates of the environment are honoured.
Rule 2: an answer is waited for so long and read so far as allowed; what comes beyond is not read.
Rule 3: other threads' calls are what they ever were.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any

import requests
import requests.api
from requests.auth import AuthBase, HTTPBasicAuth
from requests.utils import get_auth_from_url

from connectors.transport import BoundedAdapter, read

#: Seconds for an answer's head, and for its body.
LONGEST_ANSWER = 8.0
#: More than any service has to say about a message.
MOST_BYTES = 1024 * 1024
_BY_US = threading.local()


@contextmanager
def bounded() -> Iterator[None]:
    """Bound what this thread calls by `requests.request` and its like."""
    _put_between()
    _BY_US.calls = True
    try:
        yield
    finally:
        _BY_US.calls = False


@cache
def _put_between() -> None:
    """Have `requests.request`, which is beneath all the others, make its sessions by us."""
    requests.api.__dict__["sessions"] = SimpleNamespace(Session=_session)


def _session() -> requests.Session:
    return _Session() if getattr(_BY_US, "calls", False) else requests.Session()


class _OfTheAddress(AuthBase):
    """The credentials of the address, if it has some; without it those of `.netrc` were looked for."""

    def __call__(self, request: Any) -> Any:
        """Add them."""
        user, password = get_auth_from_url(request.url)
        return HTTPBasicAuth(user, password)(request) if user or password else request


class _Session(requests.Session):
    def __init__(self) -> None:
        super().__init__()
        self.auth = _OfTheAddress()
        for scheme in ("https://", "http://"):
            self.mount(scheme, BoundedAdapter(LONGEST_ANSWER))

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Send one call, and read no more of its answer than allowed."""
        response = super().request(method, url, *args, **kwargs | {"allow_redirects": False, "stream": True})
        with response:
            body, _ = read(response, MOST_BYTES, seconds=LONGEST_ANSWER)
        response._content = body
        return response
