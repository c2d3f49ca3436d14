"""A token says what it offers to whoever made it, and nothing to anybody else."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeTimedSerializer

from connectors.model import TicketRef
from plugin.core.commands import Word
from plugin.core.offers import Offer
from plugin.links import LIFE, SKEW, BadLink, Links, OldLink

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
OLD, NEW, OTHER = "an-old-secret-" * 3, "a-new-secret-" * 3, "another-secret-" * 3
OFFER = Offer(
    ticket=TicketRef(connection="acme", id="42"),
    case_id="c" * 32,
    stage="open.0.sev2.0.0",
    word=Word.ACKNOWLEDGE,
    person="ana",
)
SECOND = timedelta(seconds=1)


def links(*secrets: str, at: datetime = NOON) -> Links:
    return Links(public_url="https://escalation.acme.test", secrets=secrets, clock=lambda: at)


TOKEN = links(NEW).token(OFFER)


@pytest.mark.parametrize(
    ("signs", "knows", "good"),
    [
        ((NEW,), (NEW,), True),
        ((NEW, OLD), (NEW, OLD), True),
        ((OLD,), (NEW, OLD), True),
        ((NEW, OLD), (NEW,), True),
        ((NEW, OLD), (OLD,), False),
        ((OLD,), (NEW,), False),
        ((OTHER,), (NEW, OLD), False),
    ],
    ids=["one", "two", "an older one still counts", "the first signs", "not the second", "taken away", "not ours"],
)
def test_the_first_secret_signs_and_each_is_tried(signs: Sequence[str], knows: Sequence[str], good: bool) -> None:
    token = links(*signs).token(OFFER)

    if good:
        assert links(*knows).read(token) == OFFER
        return
    with pytest.raises(BadLink):
        links(*knows).read(token)


@pytest.mark.parametrize("age", [-SKEW, timedelta(), LIFE])
def test_a_link_lives_so_long(age: timedelta) -> None:
    assert links(NEW, at=NOON + age).read(TOKEN) == OFFER


def test_an_old_link_says_what_it_once_offered() -> None:
    with pytest.raises(OldLink) as told:
        links(NEW, at=NOON + LIFE + SECOND).read(TOKEN)

    assert told.value.offer == OFFER


def test_a_link_of_the_future_is_none() -> None:
    with pytest.raises(BadLink) as told:
        links(NEW, at=NOON - SKEW - SECOND).read(TOKEN)

    assert not isinstance(told.value, OldLink)


@given(st.data())
def test_a_token_with_another_letter_is_none(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(TOKEN) - 1))
    letter = data.draw(st.characters(exclude_characters=TOKEN[place]))
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]

    try:
        read = links(NEW).read(changed)
    except BadLink:
        return
    assert read == OFFER, "the last letter of a signature has bits that say nothing"
    assert place in {len(TOKEN) - 1}


@given(st.integers(0, len(TOKEN) - 1))
def test_a_token_that_is_cut_is_none(length: int) -> None:
    with pytest.raises(BadLink):
        links(NEW).read(TOKEN[:length])


@given(st.one_of(st.text(), st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()), st.text(".-_abc")))
def test_no_text_is_a_token_by_chance(text: str) -> None:
    with pytest.raises(BadLink):
        links(NEW).read(text)


@given(
    st.builds(
        Offer,
        ticket=st.builds(TicketRef, connection=st.text(), id=st.text()),
        case_id=st.text(),
        person=st.text(),
        stage=st.text(),
        word=st.sampled_from(Word),
    )
)
def test_whatever_is_offered_is_read(offer: Offer) -> None:
    token = links(NEW).token(offer)

    if len(token) <= 2000:
        assert links(NEW).read(token) == offer
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


@given(
    st.lists(
        st.builds(
            Offer,
            ticket=st.just(OFFER.ticket),
            case_id=st.text(max_size=2),
            person=st.text(max_size=2),
            stage=st.text(max_size=2),
            word=st.sampled_from(Word),
        ),
        unique=True,
    )
)
def test_every_offer_has_a_key_of_its_own(offers: list[Offer]) -> None:
    assert len({offer.key for offer in offers}) == len(offers)


@pytest.mark.parametrize("told", [[], ["acme", "42"], "acme", None, {"a": 1}, ["acme", "42", "c", "s", "sing", "ana"]])
def test_what_is_signed_and_offers_nothing_is_none(told: object) -> None:
    maker = links(NEW)._serializer()
    assert isinstance(maker, URLSafeTimedSerializer)

    with pytest.raises(BadLink):
        links(NEW).read(str(maker.dumps(told)))


def test_a_token_signed_for_something_else_is_none() -> None:
    with pytest.raises(BadLink):
        links(NEW).read(str(URLSafeTimedSerializer(NEW, salt="something else").dumps(["a"] * 6)))


@pytest.mark.parametrize("off", [Links(), Links(secrets=(NEW,)), Links(public_url="https://a.test")])
def test_without_address_or_secret_there_are_no_links(off: Links) -> None:
    assert not off.on
    with pytest.raises(BadLink):
        off.read(TOKEN)


def test_no_secret_shows_when_links_are_printed() -> None:
    assert NEW not in repr(links(NEW))
