"""One page of HTML: a heading, some lines, and perhaps a form with one button.

Rule 1: nothing of a page comes from elsewhere, and no script runs; nobody frames it, keeps it or learns its address.
Rule 2: it reads well without colours, by keyboard, in the dark, and on a small screen.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache

from flask import Response
from jinja2 import Environment, StrictUndefined, Template

_STYLE = """
:root { color-scheme: light dark; --back: #f4f5f7; --card: #fff; --ink: #1b1f24; --soft: #57606a; --line: #8c959f;
  --go: #0b57d0; --stop: #b3261e; --on: #fff; }
@media (prefers-color-scheme: dark) { :root { --back: #111418; --card: #1b2027; --ink: #e8eaed; --soft: #a9b1ba;
  --line: #6e7781; --go: #8ab4f8; --stop: #f6aea9; --on: #10151b; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem 1rem; background: var(--back); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
main { max-width: 32rem; margin: 8vh auto 0; padding: 1.75rem; background: var(--card); border-radius: .75rem;
  box-shadow: 0 1px 3px rgb(0 0 0 / .2); overflow-wrap: anywhere; }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; text-wrap: balance; }
p { margin: 0 0 1rem; text-wrap: pretty; }
code { display: block; padding: .6rem .75rem; border-radius: .4rem; background: var(--back);
  font: 1rem/1.4 ui-monospace, Menlo, Consolas, monospace; user-select: all; }
main > :last-child, form > :last-child { margin-bottom: 0; }
.ticket { margin-bottom: .25rem; color: var(--soft); font-weight: 600; }
.small { margin-top: 1rem; color: var(--soft); font-size: .875rem; }
.wrong { color: var(--stop); font-weight: 600; }
label { display: block; margin-bottom: .35rem; font-weight: 600; }
textarea { display: block; width: 100%; margin-bottom: 1rem; padding: .6rem; border: 1px solid var(--line);
  border-radius: .4rem; background: var(--back); color: inherit; font: inherit; resize: vertical; }
button { width: 100%; min-height: 3rem; padding: .6rem 1rem; border: 0; border-radius: .4rem; background: var(--go);
  color: var(--on); font: inherit; font-weight: 600; cursor: pointer; }
button.stop { background: var(--stop); }
button:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid var(--go); outline-offset: 2px; }
"""
_PAGE = """\
<!doctype html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>{{ page.heading }}{% if page.ticket %} · {{ page.ticket }}{% endif %}</title>
<style>{{ style | safe }}</style>
</head>
<body>
<main>
{% if page.ticket %}<p class="ticket">{{ page.ticket }}</p>
{% endif %}
<h1>{{ page.heading }}</h1>
{% for line in page.lines %}<p>{{ line }}</p>
{% endfor %}
{% if page.command %}<p><code>{{ page.command }}</code></p>
{% endif %}
{% if page.form %}<form method="post">
{% if page.form.reason %}<label for="reason">{{ page.form.reason }}</label>
{% if page.form.wrong %}<p class="wrong" id="wrong" role="alert">{{ page.form.wrong }}</p>
{% endif %}
<textarea id="reason" name="reason" rows="3" maxlength="{{ page.form.longest }}" required
{%- if page.form.wrong %} aria-invalid="true" aria-describedby="wrong"{% endif %}></textarea>
{% endif %}
<button type="submit"{% if page.form.reason %} class="stop"{% endif %}>{{ page.form.button }}</button>
</form>
{% endif %}
{% if page.small %}<p class="small">{{ page.small }}</p>
{% endif %}
</main>
</body>
</html>
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """What a page asks."""

    button: str
    reason: str = ""  #: The label of a text that must be given; empty: none is asked for.
    wrong: str = ""  #: What was wrong with it.
    longest: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What a page says."""

    heading: str
    ticket: str = ""
    lines: tuple[str, ...] = ()
    command: str = ""  #: What to write on the ticket.
    form: Form | None = None
    small: str = ""


def answer(page: Page, status: int, *, language: str) -> Response:
    """Return a page as an answer that no browser keeps, frames or passes on."""
    text = _template().render(page=page, language=language, style=_STYLE)
    response = Response(text, status=status, content_type="text/html; charset=utf-8")
    response.headers.update({"Content-Language": language, "Content-Security-Policy": _policy()})
    return guarded(response)


def guarded(response: Response) -> Response:
    """Return an answer with the headers that keep it, and its address, out of other hands."""
    response.headers.update(_HEADERS)
    return response


_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(_PAGE)


@cache
def _policy() -> str:
    style = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    allowed = f"style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    return f"default-src 'none'; {allowed}"
