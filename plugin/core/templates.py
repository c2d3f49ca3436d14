"""Texts of the policy, rendered safely.

Rule 1: only the policy's own text is a template; a ticket's words are values and never run.
Rule 2: nothing is compiled that `template_safety` has not looked at; what is rendered is cut at LONGEST.
Rule 3: a template that fails at run time never drops the message: a plain text goes out, the log gets the problem.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined, Template, TemplateError, Undefined
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS as JINJA_TESTS

from plugin.core.texts.template_filters import FILTERS, LONGEST, plain
from plugin.core.texts.template_safety import LOOP, MOST_LINES, TESTS, UnsafeTemplate, parsed
from plugin.core.texts.template_values import SAMPLE, Path, named, unknown

__all__ = [
    "LONGEST",
    "SAMPLE",
    "Rendered",
    "instant",
    "mistakes",
    "names_in",
    "one_line",
    "render",
    "render_or_fallback",
    "told",
]

#: What can go wrong while a template runs.
FAILURES = (TemplateError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class _Environment(ImmutableSandboxedEnvironment):
    """A Jinja that sees values only: no attribute of any object, no global, no filter but ours."""

    def getattr(self, obj: object, attribute: str) -> object:
        """Look into mappings, never at objects."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in LOOP:
            return getattr(obj, attribute)
        return self.undefined(f'there is no value "{attribute}" here')


def _environment() -> _Environment:
    environment = _Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True, finalize=_written)
    environment.globals.clear()
    environment.filters = {name: known.run for name, known in FILTERS.items()}
    environment.tests = {name: JINJA_TESTS[name] for name in TESTS}
    return environment


def _written(value: object) -> object:
    return value if isinstance(value, Undefined) else plain(value)


_ENVIRONMENT = _environment()


def mistakes(text: str) -> list[str]:
    """Return what is wrong with a template, whatever rule uses it, in an admin's words."""
    if not text.strip():
        return ["the text is empty"]
    try:
        found = unknown(parsed(_ENVIRONMENT, text))
        if not found:
            render(text, SAMPLE)
    except UnsafeTemplate as problem:
        found = problem.found
    except FAILURES as problem:
        return [told(problem)]
    return [str(mistake) for mistake in found]


def render(text: str, values: Mapping[str, object]) -> str:
    """Return the text with its values, at most LONGEST characters; raise one of FAILURES."""
    pieces: list[str] = []
    size = 0
    for piece in _compiled(text).generate(_bounded(values)):
        pieces.append(piece)
        size += len(piece)
        if size > 2 * LONGEST:  # room for the space around it
            break
    return _cut("".join(pieces).strip())


def names_in(text: str) -> tuple[Path, ...]:
    """Return the values that a sound template names: all that its outcome depends on."""
    return tuple(sorted(set(named(parsed(_ENVIRONMENT, text)))))


@functools.lru_cache(maxsize=512)
def _compiled(text: str) -> Template:
    parsed(_ENVIRONMENT, text)
    return _ENVIRONMENT.from_string(text)


def _bounded(value: Any) -> Any:
    """Return the values no larger than a template is made for."""
    if isinstance(value, Mapping):
        return {key: _bounded(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_bounded(item) for item in value[:MOST_LINES]]
    return value[:LONGEST] if isinstance(value, str) else value


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """What goes out, and what was wrong with the template, if anything."""

    text: str = field(repr=False)
    problem: str | None = None  #: For the log; never holds a value.


def render_or_fallback(
    text: str, values: Mapping[str, object], fallback: str | Callable[[], str], *, name: str = "template"
) -> Rendered:
    """Return the text with its values, or the plain one and why; a text that comes out empty has failed too."""
    problem = "came out empty"
    try:
        if done := render(text, values):
            return Rendered(text=done)
    except FAILURES as failure:
        problem = f"{type(failure).__name__}{_place(failure)}"
    plainly = fallback if isinstance(fallback, str) else fallback()
    return Rendered(text=_cut(plainly), problem=f'template "{name}": {problem}')


def told(failure: BaseException) -> str:
    """Say what went wrong while a sample was rendered, and in which line."""
    message = failure.message if isinstance(failure, TemplateError) else None
    place = _place(failure).removeprefix(" in ")
    return f"{place}: {message or failure}" if place else str(message or failure)


def _place(failure: BaseException) -> str:
    """Return the line of the template, as Jinja leaves it in the traceback."""
    line, step = 0, failure.__traceback__
    while step is not None:
        line = step.tb_lineno if step.tb_frame.f_code.co_filename == "<template>" else line
        step = step.tb_next
    return f" in line {line}" if line else ""


def one_line(text: str, *, longest: int = 200) -> str:
    """Return a ticket's words as one bounded line."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def instant(at: datetime | None, zone: ZoneInfo) -> str:
    """Write an instant for people."""
    return "" if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
