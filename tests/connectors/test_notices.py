"""Apprise is asked plainly, and its addresses stay secret."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from apprise import NotifyBase
from apprise.manager_plugins import NotificationManager

from connectors import notices, plain_calls
from connectors.errors import ConnectorError, PermanentFailure, TemporaryFailure
from connectors.notices import Destination, check, send
from tests.connectors.wire import Answer, Wire, serving

SECRET = "a-secret-path"


@pytest.fixture
def wire() -> Iterator[Wire]:
    with serving() as wire:
        yield wire


def at(wire: Wire, more: str = "") -> Destination:
    return Destination(name="chat", url=f"{wire.url.replace('http', 'json', 1)}/{SECRET}{more}")


def tell(destination: Destination) -> None:
    send(destination, title="A <title>", body="1 & 2\n*plain* {{ text }}", tone="failure")


def test_what_is_told_arrives_as_it_is(wire: Wire) -> None:
    tell(at(wire))

    (asked,) = wire.asked
    said = json.loads(asked.body)
    assert (said["title"], said["message"], said["type"]) == ("A <title>", "1 & 2\n*plain* {{ text }}", "failure")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(status=503), "json://… did not take it: status 503"),
        (Answer(status=404), "json://… did not take it: status 404"),
        (Answer(cut_after=-1), "json://… could not be reached, or did not take it"),
    ],
)
def test_what_is_not_taken_may_be_tried_again(
    wire: Wire, answer: Answer, says: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    wire.will(answer)
    caplog.set_level(logging.DEBUG, "apprise")

    with pytest.raises(TemporaryFailure) as raised:
        tell(at(wire))

    assert str(raised.value) == says
    assert SECRET not in caplog.text + "".join(capfd.readouterr())


def test_no_redirect_is_followed(wire: Wire) -> None:
    wire.will(Answer(status=307, headers={"Location": f"{wire.url}/elsewhere"}))

    with pytest.raises(TemporaryFailure):
        tell(at(wire))

    assert len(wire.asked) == 1


def test_a_service_that_says_nothing_is_not_waited_for_long(wire: Wire) -> None:
    wire.will(Answer(silent=True))

    with pytest.raises(TemporaryFailure):
        tell(at(wire, "?rto=0.2"))


def test_a_service_that_drips_is_given_up_in_time(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_calls, "LONGEST_ANSWER", 0.1)
    wire.will(Answer(trickling=(b"X-A: ", b"a")), Answer(trickling=(b"Content-Length: 999999\r\n\r\n", b"a")))

    for _ in range(2):
        with pytest.raises(TemporaryFailure, match="could not be reached"):
            tell(at(wire))


def test_a_service_that_hangs_is_not_told_again_until_it_has_ended(
    raising: Destination, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    monkeypatch.setattr(notices, "LONGEST", 0.1)
    monkeypatch.setattr(Raising, "send", lambda *_, **__: over.wait(10))

    with pytest.raises(TemporaryFailure, match=r"^raising://… took longer than 0\.1 s; it may have arrived$"):
        tell(raising)
    with pytest.raises(TemporaryFailure, match=r"^raising://… has not ended the call before$"):
        tell(raising)
    over.set()
    for thread in threading.enumerate():
        if thread.name == "errand hanging":
            assert thread.daemon
            thread.join(10)

    tell(raising)


def test_no_more_of_an_answer_is_read_than_allowed(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_calls, "MOST_BYTES", 1000)
    wire.will(Answer(trickling=(b"Content-Length: 999999999\r\n\r\n" + b"a" * 200_000, b"a")))

    tell(at(wire))


def test_other_peoples_calls_are_left_alone(wire: Wire) -> None:
    tell(at(wire))
    wire.will(Answer(body=b"a" * 2_000_000))

    assert len(requests.get(wire.url, timeout=5).content) == 2_000_000


@pytest.mark.parametrize(("login", "sent"), [("", None), ("ana:pw@", "Basic YW5hOnB3")])
def test_no_credentials_but_the_addresss_own_are_sent(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, login: str, sent: str | None
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login thief password s3cret")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    tell(Destination(name="chat", url=f"{wire.url.replace('http://', f'json://{login}')}/x"))

    assert wire.asked[0].headers.get("Authorization") == sent


def test_the_credentials_of_an_address_are_sent(wire: Wire) -> None:
    with plain_calls.bounded():
        requests.post(wire.url.replace("http://", "http://ana:pw@"), timeout=5)

    assert wire.asked[0].headers["Authorization"] == "Basic YW5hOnB3"


@pytest.mark.parametrize("url", ["nothing://s3cret", "slack://s3cret", "s3cret", ""])
def test_an_address_of_no_use_is_said_without_it(url: str) -> None:
    for deed in (check, tell):
        with pytest.raises(PermanentFailure) as raised:
            deed(Destination(name="chat", url=url))

        assert "s3cret" not in str(raised.value).replace(f"{url}://…", "")


def test_checking_an_address_tells_nobody(wire: Wire) -> None:
    check(at(wire))

    assert wire.asked == []


def test_an_address_is_not_shown_by_accident(wire: Wire) -> None:
    assert SECRET not in repr(at(wire))
    assert at(wire).masked == "json://…"


def test_mail_that_no_server_takes_is_one_of_our_errors() -> None:
    with pytest.raises(ConnectorError):
        tell(Destination(name="mail", url="mailto://user:s3cret@127.0.0.1:9?mode=insecure&smtp=127.0.0.1&cto=0.2"))


class Raising(NotifyBase):
    """A service of which not even Apprise expects what it does."""

    service_name, service_url, secure_protocol, title_maxlen = "Raising", "", "raising", 0

    def send(self, *_: object, **__: object) -> bool:
        raise RuntimeError(f"no answer from {self.host}")


@pytest.fixture
def raising() -> Iterator[Destination]:
    services = NotificationManager()
    services["raising"] = Raising
    yield Destination(name="hanging", url="raising://s3cret")
    services.remove("raising")


def test_what_a_service_raises_is_told_by_its_kind_alone(raising: Destination) -> None:
    with pytest.raises(TemporaryFailure) as raised:
        tell(raising)

    assert str(raised.value) == "raising://… failed: RuntimeError"
    assert raised.value.__suppress_context__
