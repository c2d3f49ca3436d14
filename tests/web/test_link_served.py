"""A link on a served receiver, behind its door."""

from __future__ import annotations

from http.client import HTTPConnection
from pathlib import Path

from connectors.model import TicketRef
from plugin.core.commands import Word
from plugin.core.offers import Offer
from plugin.links import PATH, Links
from plugin.store.store import Store
from tests.installation import PATIENCE, install
from tests.scenarios.world import ACME, LINK_SECRET, sqlite_url
from tests.web.test_door import served

URL = "https://escalation.acme.test"


def ask(port: int, method: str, path: str, body: str = "") -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request(method, path, body, {"Content-Type": "application/x-www-form-urlencoded"} if body else {})
    answer = connection.getresponse()
    told = answer.read().decode()
    connection.close()
    return answer.status, told


def test_a_link_is_looked_at_and_followed_once(tmp_path: Path) -> None:
    environment = install(tmp_path, PUBLIC_URL=URL, LINK_SECRETS=LINK_SECRET)
    ticket = TicketRef(connection=ACME, id="42")
    offer = Offer(ticket=ticket, case_id="c1", stage="requested.0", word=Word.DECLINE, person="ana")
    path = PATH + Links(public_url=URL, secrets=(LINK_SECRET,)).token(offer)

    with served(environment, "patient") as port:
        looked = [ask(port, method, path) for method in ("GET", "HEAD")]
        followed = [ask(port, "POST", path, "reason=the+launch+moved") for _ in range(2)]
        large = ask(port, "POST", path, "reason=" + "x" * 20_000)

    assert [(status, "<button" in page) for status, page in looked] == [(200, True), (200, False)]
    assert [(status, "Used already" in page) for status, page in followed] == [(200, False), (200, True)]
    assert large[0] == 413
    store = Store.open(sqlite_url(tmp_path))
    assert store.figures().pending_deliveries == 1
    store.close()
