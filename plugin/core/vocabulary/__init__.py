"""Words that tell what a ticket is about: a starter for rules about risk, in several languages.

Rule 1: whole words and phrases that hardly ever stand in an ordinary ticket; a word that often does is left out.
Rule 2: a policy adds its own words and takes out what does not suit it; see `resolve`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from plugin.core.problems import unknown_word
from plugin.core.texts.mentions import mistake, parts
from plugin.core.vocabulary import cancellation, compliance, legal_threat, payment, safety

#: Class to language to words and phrases; `*` at the end of a word takes any ending.
VOCABULARY: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "safety": safety.WORDS,
    "compliance": compliance.WORDS,
    "payment": payment.WORDS,
    "legal_threat": legal_threat.WORDS,
    "cancellation": cancellation.WORDS,
}
#: What stands in a policy's `{"vocabulary": …}`.
KEYS = ("vocabulary", "languages", "add", "except")

Says = Callable[[str, str], None]


def words_of(name: str, languages: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return the words of a class in these languages, in all if none are named; each once."""
    if name not in VOCABULARY:
        raise ValueError(unknown_word(name, VOCABULARY, what="vocabulary"))
    by_language = VOCABULARY[name]
    wanted = list(by_language) if languages is None else list(languages)
    for language in wanted:
        if language not in by_language:
            raise ValueError(unknown_word(language, by_language, what="language"))
    return _each_once(word for language in wanted for word in by_language[language])


def _each_once(words: Iterable[str]) -> tuple[str, ...]:
    """Drop the words that find the same as an earlier one."""
    first: dict[tuple[str, ...], str] = {}
    for word in words:
        first.setdefault(parts(word), word)
    return tuple(first.values())


def resolve(value: Mapping[str, object], says: Says, where: str) -> tuple[str, ...]:
    """Return the words that a policy's `{"vocabulary": …}` stands for; say what is wrong with it."""
    for key in value:
        if key not in KEYS:
            says(f"{where}.{key}", unknown_word(key, KEYS, what="key"))
    starter = _starter(value, says, where)
    left_out = {parts(word): word for word in _texts(value, "except", says, where)}
    known = {parts(word) for word in starter}
    for found, word in left_out.items():
        if starter and found not in known:
            says(f"{where}.except", unknown_word(word, starter, what="word")[:400])
    added = _texts(value, "add", says, where)
    for word in added:
        if told := mistake(word):
            says(f"{where}.add", told)
    words = _each_once([*(word for word in starter if parts(word) not in left_out), *filter(parts, added)])
    if starter and not words:
        says(where, "no words are left")
    return words


def _starter(value: Mapping[str, object], says: Says, where: str) -> tuple[str, ...]:
    """Return the words before anything is added or left out."""
    name, named = value.get("vocabulary"), _texts(value, "languages", says, where)
    if not isinstance(name, str) or name not in VOCABULARY:
        says(f"{where}.vocabulary", unknown_word(name, VOCABULARY, what="vocabulary"))
        return ()
    languages = [language for language in named if language in VOCABULARY[name]]
    for language in named:
        if language not in languages:
            says(f"{where}.languages", unknown_word(language, VOCABULARY[name], what="language"))
    return words_of(name, languages or None)


def _texts(value: Mapping[str, object], key: str, says: Says, where: str) -> list[str]:
    given = value.get(key, [])
    if not isinstance(given, (list, tuple)) or not all(isinstance(word, str) for word in given):
        says(f"{where}.{key}", "expected a list of texts")
        return []
    return list(given)
