"""Public holidays of a country, as the `holidays` library knows them: to the year 2100."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache

from holidays import country_holidays, list_supported_countries
from holidays.registry import COUNTRIES


@lru_cache(maxsize=1024)
def of_year(country: str, subdivision: str | None, year: int) -> Mapping[date, str]:
    """Return a year's holidays with their names, English where the library has them so.

    A year of its own each time: the library's own object that grows as it is asked is not made for threads.
    """
    return dict(country_holidays(country, subdiv=subdivision, years=year, expand=False, language="en_US"))


@lru_cache(maxsize=1)
def countries() -> Mapping[str, list[str]]:
    """Return the codes of the countries, and the subdivisions of each."""
    return list_supported_countries(include_aliases=True)


def nearest_country(word: str) -> str | None:
    """Return the code of the country that a word that is no code may mean."""
    codes = {name.replace("_", " "): code for name, (_, code, *_) in COUNTRIES.items()}
    codes |= {code.lower(): code for code in countries()}
    near = get_close_matches(word.lower(), codes, n=1, cutoff=0.7)
    return codes[near[0]] if near else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Holidays:
    """The holidays of one calendar: called with a date, it gives the name."""

    country: str | None
    subdivision: str | None
    dates: frozenset[date]
    excepted: frozenset[date]

    def __call__(self, day: date) -> str | None:
        """Return the holiday's name, None on other dates."""
        if day in self.excepted:
            return None
        public = of_year(self.country, self.subdivision, day.year).get(day) if self.country else None
        return public or ("holiday" if day in self.dates else None)
