"""The one way out: where it may go, what it repeats, and what it makes of answers."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError
from urllib3.exceptions import SSLError as UrllibSSLError

from connectors import patience
from connectors import transport as transport_module
from connectors.calls import Allowance, Called, Listener
from connectors.credentials import Credentials, Fixed, Renewable, TokenSource
from connectors.errors import (
    AuthFailure,
    Conflict,
    ConnectorError,
    FewCallsLeft,
    NotFound,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
)
from connectors.outcomes import Call, Refusal, retry_after, unanswered
from connectors.transport import OWN_HOST, Transport, is_loopback
from tests.connectors.wire import Answer, Wire

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
TEXT_OF_A_CUSTOMER = "my card is 4111"
READABLE = Refusal(code="Refused", readable=True)


def explain(document: object, headers: object) -> Refusal:
    return READABLE if document else Refusal()


def transport_to(base_url: str, credentials: Credentials = Fixed("Bearer good")) -> Transport:  # noqa: B008
    return Transport(base_url, credentials, clock=lambda: NOON, explain=explain)


def renewable(*tokens: str) -> Renewable:
    waiting = list(tokens)
    return Renewable(TokenSource(fetch=lambda: (waiting.pop(0), None), clock=lambda: NOON))


# Where it may go


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/api",
        "https://acme.example:8443/api",
        "http://acme.example/api",
        "https://acme.example.evil.example/api",
        "https://acme.example@evil.example/api",
        "ftp://acme.example/api",
        "https://acme.example:99999999/api",
    ],
)
def test_a_call_to_any_other_place_is_refused_before_anything_is_sent(elsewhere: str) -> None:
    with pytest.raises(PermanentFailure, match="was refused"):
        transport_to("https://acme.example").get(elsewhere)


def test_the_standard_port_may_be_written_or_not() -> None:
    transport = transport_to("https://acme.example:443")

    assert transport._pinned("https://acme.example/x?y=1") == "https://acme.example:443/x?y=1"


def test_a_client_that_makes_its_own_urls_reaches_the_connections_host(wire: Wire) -> None:
    transport_to(wire.url).get(f"https://{OWN_HOST}/api/v2/users/me.json?a=b")

    assert wire.asked[0].path == "/api/v2/users/me.json?a=b"


def test_a_redirect_is_not_followed(wire: Wire) -> None:
    wire.will(Answer(status=302, headers={"Location": f"{wire.url}/elsewhere"}))

    with pytest.raises(PermanentFailure):
        transport_to(wire.url).get(wire.url)

    assert len(wire.asked) == 1


def test_proxies_of_the_environment_serve_helpdesks_but_not_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    helpdesk, here = transport_to("https://acme.example"), transport_to("http://127.0.0.1:8099")

    proxied = helpdesk.merge_environment_settings("https://acme.example/", {}, None, None, None)["proxies"]
    direct = here.merge_environment_settings("http://127.0.0.1:8099/", {}, None, None, None)["proxies"]

    assert proxied["https"] == "http://proxy.example:3128"
    assert not direct


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("a.localhost", True),
        ("acme.zendesk.com", False),
        ("10.0.0.1", False),
        ("localhost.evil.example", False),
        ("", False),
    ],
)
def test_only_this_machine_is_loopback(host: str, *, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_a_netrc_file_gives_no_credentials_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine acme.example login me password mine\n")
    monkeypatch.setenv("NETRC", str(netrc))

    prepared = transport_to("https://acme.example", Fixed("")).prepare_request(
        requests.Request("GET", "https://acme.example/")
    )

    assert "Authorization" not in prepared.headers


# What it sends


def test_every_call_says_who_we_are(wire: Wire) -> None:
    transport_to(wire.url).put(f"{wire.url}/x", json={"a": 1})

    asked = wire.asked[0]
    assert asked.headers["User-Agent"].startswith("escalation-plugin/")
    assert asked.headers["Authorization"] == "Bearer good"
    assert json.loads(asked.body) == {"a": 1}


def test_cookies_are_not_kept(wire: Wire) -> None:
    wire.will(Answer(headers={"Set-Cookie": "session=stolen; Path=/"}))
    transport = transport_to(wire.url)

    transport.get(wire.url)
    transport.get(wire.url)

    assert "Cookie" not in wire.asked[1].headers


def test_a_refused_token_is_renewed_once_and_the_call_repeated(wire: Wire) -> None:
    wire.will(Answer(status=401))

    transport_to(wire.url, renewable("old", "new")).put(wire.url, json={})

    assert [asked.headers["Authorization"] for asked in wire.asked] == ["Bearer old", "Bearer new"]
    assert wire.asked[0].body == wire.asked[1].body


def test_a_renewed_token_that_is_refused_too_ends_it(wire: Wire) -> None:
    wire.will(Answer(status=401), Answer(status=401))

    with pytest.raises(AuthFailure):
        transport_to(wire.url, renewable("old", "new")).get(wire.url)

    assert len(wire.asked) == 2


def test_fixed_credentials_are_not_tried_twice(wire: Wire) -> None:
    wire.will(Answer(status=401))

    with pytest.raises(AuthFailure):
        transport_to(wire.url).get(wire.url)

    assert len(wire.asked) == 1


# What it makes of answers

#: Status, what a read makes of it, what a write makes of it.
MEANINGS = [
    (400, PermanentFailure, PermanentFailure),
    (401, AuthFailure, AuthFailure),
    (403, AuthFailure, AuthFailure),
    (404, NotFound, NotFound),
    (405, PermanentFailure, PermanentFailure),
    (408, TemporaryFailure, TemporaryFailure),
    (409, Conflict, Conflict),
    (413, PermanentFailure, PermanentFailure),
    (422, PermanentFailure, PermanentFailure),
    (423, TemporaryFailure, TemporaryFailure),
    (429, TemporaryFailure, TemporaryFailure),
    (500, TemporaryFailure, UnknownOutcome),
    (502, TemporaryFailure, UnknownOutcome),
    (503, TemporaryFailure, TemporaryFailure),
    (504, TemporaryFailure, UnknownOutcome),
    (520, TemporaryFailure, UnknownOutcome),
]


@pytest.mark.parametrize(("status", "read", "write"), MEANINGS)
def test_a_status_means_one_thing_for_reads_and_one_for_writes(
    wire: Wire, status: int, read: type[ConnectorError], write: type[ConnectorError]
) -> None:
    body = json.dumps({"error": "X", "description": TEXT_OF_A_CUSTOMER}).encode()
    wire.will(Answer(status=status, body=body), Answer(status=status, body=body))

    with pytest.raises(ConnectorError) as reading:
        transport_to(wire.url).get(f"{wire.url}/tickets/1")
    with pytest.raises(ConnectorError) as writing:
        transport_to(wire.url).put(f"{wire.url}/tickets/1", json={})

    assert (type(reading.value), type(writing.value)) == (read, write)
    assert len(wire.asked) == 2
    assert "/tickets/1" in str(writing.value)
    assert TEXT_OF_A_CUSTOMER not in str(reading.value) + str(writing.value)


def test_a_404_that_is_no_platforms_is_a_wrong_address_not_a_missing_ticket(wire: Wire) -> None:
    wire.will(Answer(status=404, body=b"<html>No help desk here</html>"))

    with pytest.raises(PermanentFailure, match="base_url") as refused:
        transport_to(wire.url).get(wire.url)

    assert not isinstance(refused.value, NotFound)


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_was_asked_for_is_the_whole_accounts(wire: Wire, status: int) -> None:
    wire.will(Answer(status=status, headers={"Retry-After": "37"}))

    with pytest.raises(TemporaryFailure) as failure:
        transport_to(wire.url).get(wire.url)

    assert (failure.value.retry_after, failure.value.whole_connection) == (37.0, True)


def test_a_limit_of_one_ticket_leaves_the_rest_of_the_account_alone(wire: Wire) -> None:
    wire.will(Answer(status=429))
    transport = Transport(
        wire.url, Fixed("x"), clock=lambda: NOON, explain=lambda document, headers: Refusal(one_ticket=True)
    )

    with pytest.raises(TemporaryFailure) as failure:
        transport.get(wire.url)

    assert (failure.value.retry_after, failure.value.whole_connection) == (None, False)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("12", 12.0),
        (" 12 ", 12.0),
        ("999999999", 3600.0),
        ("Mon, 02 Nov 2026 12:00:30 GMT", 30.0),
        ("Mon, 02 Nov 2026 12:00:30", 30.0),
        ("Mon, 02 Nov 2026 11:00:00 GMT", 0.0),
        ("Thu, 31 Dec 2099 00:00:00 GMT", 3600.0),
        ("-5", None),
        ("soon", None),
        ("nan", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_bounded(text: str | None, seconds: float | None) -> None:
    assert retry_after(text, NOON) == seconds


class Counting:
    """Writes down what it hears, and says no when told to."""

    def __init__(self) -> None:
        self.heard: list[Called] = []
        self.asked: list[str] = []
        self.says_no = False

    def before(self, endpoint: str) -> None:
        self.asked.append(endpoint)
        if self.says_no:
            raise FewCallsLeft("few calls are left", retry_after=30.0)

    def after(self, called: Called) -> None:
        self.heard.append(called)


def left_of(headers: Mapping[str, str], endpoint: str, now: datetime) -> tuple[Allowance, ...]:
    return (Allowance(endpoint=endpoint, total=700, left=int(headers["X-Left"]), until=now),)


def counted(base_url: str, listener: Listener, credentials: Credentials = Fixed("Bearer good")) -> Transport:  # noqa: B008
    return Transport(base_url, credentials, clock=lambda: NOON, explain=explain, allowances=left_of, listener=listener)


def test_every_call_is_told_with_its_answer_and_what_it_says_is_left(wire: Wire) -> None:
    wire.will(Answer(headers={"X-Left": "650"}), Answer(status=429, headers={"X-Left": "0"}))
    counting = Counting()
    transport = counted(wire.url, counting)

    transport.get(f"{wire.url}/api/v2/tickets/42.json?include=slas")
    with pytest.raises(TemporaryFailure):
        transport.put(f"{wire.url}/api/v2/tickets/42.json", json={})

    assert [(one.endpoint, one.status, one.allowances[0].left) for one in counting.heard] == [
        ("GET /api/v2/tickets/:id", 200, 650),
        ("PUT /api/v2/tickets/:id", 429, 0),
    ]


def test_a_call_that_was_not_answered_is_told_too() -> None:
    counting = Counting()

    with pytest.raises(TemporaryFailure):
        counted("http://127.0.0.1:9", counting).get("http://127.0.0.1:9/x")

    assert [(one.endpoint, one.status) for one in counting.heard] == [("GET /x", None)]


def test_a_repeat_with_renewed_credentials_is_a_call_of_its_own(wire: Wire) -> None:
    wire.will(Answer(status=401, headers={"X-Left": "9"}), Answer(headers={"X-Left": "8"}))
    counting = Counting()

    counted(wire.url, counting, renewable("old", "new")).get(f"{wire.url}/x")

    assert [one.status for one in counting.heard] == [401, 200]


def test_a_call_that_may_not_be_made_is_not_made(wire: Wire) -> None:
    counting = Counting()
    counting.says_no = True

    with pytest.raises(FewCallsLeft):
        counted(wire.url, counting).get(f"{wire.url}/x")

    assert (wire.asked, counting.heard) == ([], [])


def test_an_empty_success_is_a_success(wire: Wire) -> None:
    wire.will(Answer(status=204, body=b""))

    assert transport_to(wire.url).put(wire.url, json={}).status_code == 204


def test_a_success_that_is_no_json_is_doubtful(wire: Wire) -> None:
    page = Answer(body=b"<html>Down for maintenance</html>")
    wire.will(page, page)

    with pytest.raises(TemporaryFailure, match="maintenance page"):
        transport_to(wire.url).get(wire.url)
    with pytest.raises(UnknownOutcome):
        transport_to(wire.url).put(wire.url, json={})


# What it makes of silence


@pytest.mark.parametrize("cut_after", [-1, 1])
def test_a_dropped_line_leaves_a_write_unknown_and_a_read_to_be_repeated(wire: Wire, cut_after: int) -> None:
    wire.will(Answer(cut_after=cut_after), Answer(cut_after=cut_after))

    with pytest.raises(TemporaryFailure):
        transport_to(wire.url).get(wire.url)
    with pytest.raises(UnknownOutcome):
        transport_to(wire.url).put(wire.url, json={})

    assert len(wire.asked) == 2


def test_a_time_out_leaves_a_write_unknown(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_module, "TIMEOUT", (1, 0.1))
    wire.will(Answer(silent=True))

    with pytest.raises(UnknownOutcome):
        transport_to(wire.url).put(wire.url, json={})

    assert len(wire.asked) == 1


@pytest.mark.parametrize(("bound", "value"), [("MOST_BYTES", 10), ("LONGEST_ANSWER", -1.0)])
def test_an_endless_answer_is_cut(wire: Wire, monkeypatch: pytest.MonkeyPatch, bound: str, value: float) -> None:
    monkeypatch.setattr(transport_module, bound, value)
    wire.will(Answer(body=json.dumps("x" * 100).encode()))

    with pytest.raises(TemporaryFailure, match="no whole answer"):
        transport_to(wire.url).get(wire.url)


@pytest.mark.parametrize(
    "trickling",
    [
        (b"Content-Length: 60000\r\n\r\n", b"x"),
        (b"\r\n", b"x"),
        (b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"Transfer-Encoding: chunked\r\n\r\n1;", b"x"),
        (b"X-Endless: ", b"x"),
        (b"", b"X-Again: x\r\n"),
    ],
)
def test_an_answer_that_trickles_ends_when_its_time_is_up(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, trickling: tuple[bytes, bytes]
) -> None:
    monkeypatch.setattr(transport_module, "LONGEST_ANSWER", 0.1)
    monkeypatch.setattr(patience, "TICK", 0.05)
    wire.will(Answer(trickling=trickling), Answer(trickling=trickling), Answer(body=b"[]"))
    transport = transport_to(wire.url)

    with pytest.raises(TemporaryFailure, match="no whole answer"):  # it would trickle until the test is over
        transport.get(wire.url)
    with pytest.raises(UnknownOutcome):
        transport.put(wire.url, json={})

    assert transport.get(wire.url).json() == []


def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"

        with pytest.raises(TemporaryFailure, match="nothing was sent"):
            transport_to(url).put(url, json={})


CALL = Call(verb="PUT", host="acme.example", path="/x")


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        (requests.exceptions.ConnectTimeout("slow"), TemporaryFailure),
        (requests.exceptions.ProxyError("proxy"), TemporaryFailure),
        (requests.exceptions.ReadTimeout("slow"), UnknownOutcome),
        (requests.exceptions.ConnectionError("reset"), UnknownOutcome),
        (requests.exceptions.ChunkedEncodingError("cut"), UnknownOutcome),
        (requests.exceptions.SSLError("cut in the middle"), UnknownOutcome),
        (requests.exceptions.InvalidJSONError("not a number"), PermanentFailure),
    ],
)
def test_trouble_before_sending_is_told_from_trouble_after(
    trouble: requests.RequestException, expected: type[ConnectorError]
) -> None:
    assert type(unanswered(CALL, trouble)) is expected


def test_a_certificate_that_is_not_trusted_stops_the_whole_connection() -> None:
    refused = UrllibSSLError(ssl.SSLCertVerificationError("self-signed"))
    refused.__cause__ = ssl.SSLCertVerificationError("self-signed")
    trouble = requests.exceptions.SSLError(MaxRetryError(HTTPConnectionPool("acme.example"), "/x", refused))

    failure = unanswered(CALL, trouble)

    assert isinstance(failure, TemporaryFailure)
    assert failure.whole_connection
    assert "REQUESTS_CA_BUNDLE" in str(failure)


def test_what_cannot_be_written_as_json_is_not_sent(wire: Wire) -> None:
    with pytest.raises(PermanentFailure):
        transport_to(wire.url).put(wire.url, json={"a": float("nan")})

    assert wire.asked == []


def test_a_checkout_that_is_not_installed_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_module, "_DISTRIBUTION", "not-an-installed-package")
    transport_module._version.cache_clear()
    try:
        assert transport_to("https://acme.example").headers["User-Agent"] == "escalation-plugin/0"
    finally:
        transport_module._version.cache_clear()


@pytest.mark.parametrize("token", ["hunter2żółw", "hunter2\nX-Evil: 1", "hunter2\r\n"])
def test_a_credential_that_no_header_can_carry_is_refused_without_being_told(wire: Wire, token: str) -> None:
    with pytest.raises(PermanentFailure, match="cannot be asked for") as told:
        transport_to(wire.url, Fixed(f"Bearer {token}")).get(f"{wire.url}/api")

    assert "hunter2" not in str(told.value)
