"""Destinations as an admin sees them: tested, listed, checked, and never shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from plugin.cli import main
from plugin.store.records import Step
from plugin.store.store import Store
from tests.connectors.wire import Answer, Wire, serving
from tests.scenarios.destinations import telling
from tests.store.samples import NOON, message, posting, put

ACME = {
    "platform": "zendesk",
    "base_url": "http://127.0.0.1:9",
    "auth": {"bearer_token": "t"},
    "webhook_secrets": ["s"],
}
SECRET = "a-secret-path"


@pytest.fixture
def wire() -> Iterator[Wire]:
    with serving() as wire:
        yield wire


class Place:
    """One installation's folder."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.database = database

    def connections(self, **destinations: Any) -> None:
        document = {"connections": {"acme": ACME}, "destinations": destinations}
        (self.folder / "connections.json").write_text(json.dumps(document), "utf-8")

    def run(self, *arguments: str, **environment: str) -> Result:
        files = {"CONNECTIONS_FILE": str(self.folder / "connections.json"), "DATABASE_URL": self.database}
        return CliRunner(env={**files, **environment}).invoke(main, list(arguments), catch_exceptions=False)


@pytest.fixture
def place(tmp_path: Path, migrated_sqlite_url: str) -> Place:
    return Place(tmp_path, migrated_sqlite_url)


def address(wire: Wire) -> str:
    return f"{wire.url.replace('http', 'json', 1)}/{SECRET}"


def test_each_destination_is_tried_and_what_became_of_it_is_said(place: Place, wire: Wire) -> None:
    place.connections(chat={"url": {"env": "CHAT"}}, mail={"url": address(wire)})
    wire.will(Answer(), Answer(status=503))

    result = place.run("notify", "test", CHAT=address(wire))

    assert result.exit_code == 1
    assert "ok      chat: json://… took it" in result.output
    assert "failed  mail: json://… did not take it: status 503" in result.output
    assert SECRET not in result.output


def test_one_destination_may_be_tried_alone(place: Place, wire: Wire) -> None:
    place.connections(chat={"url": address(wire)}, mail={"url": "json://127.0.0.1:9"})

    assert place.run("notify", "test", "chat").exit_code == 0
    (asked,) = wire.asked
    assert "Nothing has happened" in json.loads(asked.body)["message"]


def test_a_destination_that_is_not_there_is_told_with_the_near_one(place: Place) -> None:
    place.connections(chat={"url": "json://127.0.0.1:9"})

    result = place.run("notify", "test", "chatt")

    assert result.exit_code == 1
    assert 'unknown destination "chatt"; did you mean "chat"?' in result.output


def test_where_there_are_none_that_is_said(place: Place) -> None:
    place.connections()

    assert "has no destinations" in place.run("notify", "test").output
    assert "There are no destinations" in place.run("notify", "list").output


def test_the_list_says_what_waits_and_when_each_was_told(place: Place) -> None:
    place.connections(chat={"url": f"json://127.0.0.1:9/{SECRET}"}, quiet={"url": "json://127.0.0.1:9"})
    store = Store.open(place.database)
    put(store, Step(messages=(message(),)))
    store.postings.sent(posting(store), now=NOON, next_at=NOON)
    put(store, Step(messages=(message(),)))
    store.postings.failed(posting(store), "status 503", now=NOON, next_at=NOON.replace(year=2400))
    put(store, Step(messages=(message(destination="gone"),)))
    store.postings.failed(posting(store), "no address", now=NOON, next_at=NOON, for_good=True)
    store.close()

    assert place.run("notify", "list").output.splitlines() == [
        "chat  json://…; told 2026-03-02 12:00:00Z; 1 waiting, next 2400-03-02 12:00:00Z; last try: status 503",
        "gone  not in the connections file; never told; 1 given up; last try: no address",
        "quiet  json://…; never told",
    ]


def test_a_dead_message_is_listed_shown_and_replayed(place: Place) -> None:
    store = Store.open(place.database)
    put(store, Step(messages=(message(),)))
    store.postings.failed(posting(store), "no", now=NOON, next_at=NOON, for_good=True)

    assert "message:1  2026-03-02 12:00:00  acme#42  chat: no" in place.run("dead-letters", "list").output
    assert "is escalated" in place.run("dead-letters", "show", "message:1").output
    assert "will be tried again" in place.run("dead-letters", "replay", "all").output
    assert store.figures().waiting_messages == 1
    store.close()


@pytest.mark.parametrize(
    ("destination", "says"),
    [
        ({"url": "slack://s3cret/s3cret"}, 'chat.url: a secret must not be written here; use {"env": NAME}'),
        ({"url": {"env": "NOWHERE"}}, "chat.url: the environment variable NOWHERE is not set"),
        ({"url": {"env": "CHAT"}}, "chat.url: is no address such as slack://…"),
        ({"url": "json://localhost", "throttle": "soon"}, 'chat.throttle: found "soon", expected a duration'),
        ({"url": "json://localhost", "throttle": "2d"}, 'chat.throttle: found "2d", expected a duration'),
        ({"url": "json://localhost", "throttle": "-1m"}, 'chat.throttle: found "-1m", expected a duration'),
        ({"url": ["s3cret"]}, "chat.url: found a list, expected text, or where to find it"),
        ({"throtle": "1m"}, 'destinations.chat: unknown key "throtle"; did you mean "throttle"?'),
    ],
)
def test_a_mistake_is_said_with_its_place_and_without_the_secret(
    place: Place, destination: dict[str, Any], says: str
) -> None:
    place.connections(chat=destination)

    result = place.run("notify", "test", CHAT="s3cret")

    assert result.exit_code == 1
    assert says in result.output
    assert "s3cret" not in result.output


def test_a_throttle_may_be_none(place: Place, wire: Wire) -> None:
    place.connections(chat={"url": address(wire), "throttle": "0s"})

    assert place.run("notify", "test").exit_code == 0


def test_a_destination_that_only_the_policy_knows_is_found(place: Place) -> None:
    place.connections(chat={"url": "json://127.0.0.1:9"}, broken={"url": {"env": "BROKEN"}})
    policy = place.folder / "policy.json"
    policy.write_text(json.dumps(telling()), "utf-8")

    checked = place.run("check", str(policy), "--connection", "acme", BROKEN="slack://s3cret")
    looked = place.run("doctor", POLICY_FILE=str(policy), BROKEN="slack://s3cret")

    assert "destinations.managers: in the connections file: unknown destination" in checked.output
    assert "destination_unknown" in checked.output
    assert "destinations.chat:" not in checked.output
    assert "destination managers: the policy names it" in looked.output
    assert "destination chat: json://… can be read" in looked.output
    assert "destination broken: slack://… is no address of a service that Apprise knows" in looked.output
    assert "s3cret" not in checked.output + looked.output
