"""The pages behind a link: one asks, and one takes in what was answered.

Rule 1: asking changes nothing and reads nothing but the link, so whatever opens links by itself does no harm.
Rule 2: answering stores a delivery, once; a worker decides, and the note on the ticket tells what became of it.
Rule 3: the link is the whole authority: no cookie, no session; and no link stands in a log.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs

from flask import Flask, Response, request

from plugin.core.commands import LONGEST, Word
from plugin.core.offers import Offer, Taken, one_line
from plugin.links import BadLink, OldLink
from plugin.log import logger
from plugin.pipeline.parts import Parts
from plugin.pipeline.taking import take
from plugin.store.records import Receipt, StoreError
from plugin.web.page import Form, Page, answer, guarded
from plugin.web.words import Words, words_for

#: A reason takes a fraction of it.
MOST_BYTES = 16 * 1024
#: Seconds, for a person.
RETRY_AFTER = "15"


def serve_links(app: Flask, parts: Parts, *, max_body_bytes: int) -> None:
    """Add the pages to the application."""
    most = min(MOST_BYTES, max_body_bytes)

    @app.after_request
    def guard(response: Response) -> Response:
        """Have a mistyped link kept and passed on as little as a good one."""
        return guarded(response) if request.path.lstrip("/").startswith("act") else response

    @app.get("/act/<token>")
    def ask(token: str) -> Response:
        try:
            offer = parts.links.read(token)
        except BadLink as problem:
            return _refused(parts, problem)
        return _Speaker(parts, offer).asks()

    @app.post("/act/<token>")
    def act(token: str) -> Response:
        try:
            offer = parts.links.read(token)
        except BadLink as problem:
            return _refused(parts, problem)
        return _take(_Speaker(parts, offer), _reason(most))


def _refused(parts: Parts, problem: BadLink) -> Response:
    logger.info("link refused: %s", problem)
    if isinstance(problem, OldLink):
        speaker = _Speaker(parts, problem.offer)
        return speaker.says(speaker.words.old, 410, instead=True)
    speaker = _Speaker(parts)
    return speaker.says(speaker.words.bad, 400, instead=True)


def _take(speaker: _Speaker, reason: str | None) -> Response:
    offer, words = speaker.offer, speaker.words
    assert offer is not None, "only what was offered is taken"
    if reason is None:
        return speaker.says(words.large, 413)
    if offer.word is Word.DECLINE and not reason:
        return speaker.asks(wrong=words.why_missing, status=422)
    try:
        receipt = take(speaker.parts, Taken(offer=offer, reason=reason))
    except StoreError as problem:
        logger.error("connection=%s answer to a link not stored: %s", offer.ticket.connection, problem)
        response = speaker.says(words.later, 503)
        response.headers["Retry-After"] = RETRY_AFTER
        return response
    if receipt is None:
        return speaker.says(words.off, 410)
    return speaker.says(words.taken if receipt is Receipt.ACCEPTED else words.twice, 200)


def _reason(most: int) -> str | None:
    """Return the reason that was typed; None where the body is larger than it may be."""
    if (request.content_length or 0) > most:
        return None
    body = request.stream.read(most + 1)
    if len(body) > most:
        return None
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=10)
    except ValueError:
        return ""
    return one_line(fields.get("reason", [""])[0])


class _Speaker:
    """Speaks the language of the person a link was made for, else the policy's."""

    def __init__(self, parts: Parts, offer: Offer | None = None) -> None:
        self.parts = parts
        self.offer = offer
        policy = parts.policy
        person = policy.people.get(offer.person) if offer else None
        self.language, words = words_for(person.language if person else None, policy.texts.default_language)
        self.words: Words = words

    def asks(self, *, wrong: str = "", status: int = 200) -> Response:
        """Return the page with the button."""
        offer, words = self.offer, self.words
        assert offer is not None, "only what was offered is asked"
        reason = words.why if offer.word is Word.DECLINE else ""
        page = Page(
            heading=words.ask[offer.word],
            ticket=words.ticket.format(offer.ticket),
            lines=(words.means[offer.word],),
            form=Form(button=words.do[offer.word], reason=reason, wrong=wrong, longest=LONGEST),
            small=words.made_for.format(self.parts.policy.name_of(offer.person)),
        )
        return answer(page, status, language=self.language)

    def says(self, told: tuple[str, str], status: int, *, instead: bool = False) -> Response:
        """Return a page without a form."""
        heading, text = told
        ticket = self.words.ticket.format(self.offer.ticket) if self.offer else ""
        page = Page(heading=heading, ticket=ticket, lines=(text,))
        if instead:
            page = replace(page, lines=(text, self.words.instead), command=self._line())
        return answer(page, status, language=self.language)

    def _line(self) -> str:
        """Return the command as a line of a note."""
        word = self.offer.word if self.offer else Word.ACKNOWLEDGE
        return f"/{self.parts.policy.conduct.commands.prefix} {word.value}{' …' if word is Word.DECLINE else ''}"
