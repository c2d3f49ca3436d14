"""The policy's templates by name and language.

Rule 1: a text alone is one in the policy's default language.
Rule 2: each text is checked by itself once, then against every rule that uses it, in every language it has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from plugin.core.problems import Problem, unknown_word
from plugin.core.templates import FAILURES, mistakes, names_in, render, told
from plugin.core.texts.languages import LANGUAGE, nearest, normal
from plugin.core.texts.template_values import Path

#: Takes a place and what is wrong there.
Says = Callable[[str, str], None]


@dataclass(frozen=True, kw_only=True)
class Texts:
    """Every template of a policy."""

    by_name: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    default_language: str = "en"

    @cached_property
    def show_attachments(self) -> bool:
        """Tell if some text lists the ticket's files: they stand beside its comments."""
        return any("ticket.attachments" in text for texts in self.by_name.values() for text in texts.values())

    def pick(self, name: str, locale: str | None) -> tuple[str, str]:
        """Return the language nearest to a reader's, and the text in it."""
        texts = self.by_name[name]
        language = nearest(texts, locale, self.default_language)
        assert language is not None, "a compiled template has a text"
        return language, texts[language]


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """One place of the policy that names a template, with values as they would be there."""

    template: str
    place: str  #: As `rules[2].changes.internal_note`.
    values: Mapping[str, object] = field(repr=False)


def compile_texts(section: Mapping[str, object], says: Says, default_language: str = "en") -> Texts:
    """Return the templates of a policy; say what is wrong with them, each by itself."""
    if not LANGUAGE.fullmatch(default_language):
        says("language", _no_language(default_language))
    by_name = {name: _languages(f"templates.{name}", given, says, default_language) for name, given in section.items()}
    return Texts(by_name={name: texts for name, texts in by_name.items() if texts}, default_language=default_language)


def _languages(where: str, given: object, says: Says, default_language: str) -> dict[str, str]:
    if isinstance(given, str):
        _check(where, given, says)
        return {default_language: given}
    if not isinstance(given, Mapping) or not given:
        says(where, 'expected a text, or texts by language such as {"en": "…", "pt": "…"}')
        return {}
    texts: dict[str, str] = {}
    for language, text in given.items():
        if _fits(f"{where}.{language}", language, text, says, texts):
            _check(f"{where}.{language}", text, says)
            texts[language] = text
    return texts


def _fits(where: str, language: object, text: object, says: Says, texts: Mapping[str, str]) -> bool:
    if not isinstance(language, str) or not LANGUAGE.fullmatch(language):
        says(where, _no_language(language))
    elif twin := next((other for other in texts if normal(other) == normal(language)), None):
        says(where, f'"{language}" and "{twin}" are the same language')
    elif not isinstance(text, str):
        says(where, "expected a text")
    else:
        return True
    return False


def _no_language(found: object) -> str:
    return f'found "{found}", expected a language such as "en" or "pt-BR"'


def _check(where: str, text: str, says: Says) -> None:
    for mistake in mistakes(text):
        says(where, mistake)


def check_uses(texts: Texts, uses: Iterable[Use]) -> tuple[Problem, ...]:
    """Render every template strictly for each of its uses, in every language; return what fails, each once.

    A text that is wrong by itself has been told by `compile_texts` and is left out here. What comes out depends on the
    values that a text names: uses in which these are the same are one.
    """
    failures = _Failures()
    found: dict[tuple[str, str, str], Problem] = {}
    for use in uses:
        if use.template not in texts.by_name:
            message = unknown_word(use.template, texts.by_name, what="template")
            found[use.template, "", use.place] = Problem(where=use.place, message=message)
        for language, text in texts.by_name.get(use.template, {}).items():
            if message := failures.of(text, use.values):
                where = f'template "{use.template}" in {language}: {message}'
                found.setdefault((use.template, language, use.place), Problem(where=use.place, message=where))
    return tuple(found.values())


@dataclass(slots=True)
class _Failures:
    """What each text says of values, each found out once."""

    named: dict[str, tuple[Path, ...] | None] = field(default_factory=dict)  #: None: wrong by itself.
    told: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, text: str, values: Mapping[str, object]) -> str:
        """Return why the text cannot be rendered with the values; empty if it can, or is wrong by itself."""
        if text not in self.named:
            self.named[text] = None if mistakes(text) else names_in(text)
        names = self.named[text]
        if names is None:
            return ""
        key = text, repr([_at(name, values) for name in names])
        if key not in self.told:
            self.told[key] = _failure(text, values)
        return self.told[key]


def _at(name: Path, values: object) -> object:
    """Return a value in a list of its own; an empty one where there is none."""
    for part in name:
        if not isinstance(values, Mapping) or part not in values:
            return []
        values = values[part]
    return [values]


def _failure(text: str, values: Mapping[str, object]) -> str:
    try:
        render(text, values)
    except FAILURES as failure:
        return told(failure)
    return ""
