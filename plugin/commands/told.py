"""What went wrong, told to the one who typed the command."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec

import click

from connectors.errors import ConnectorError
from plugin.core.problems import Problem, Problems
from plugin.store.records import StoreError

_P = ParamSpec("_P")


def told(function: Callable[_P, None]) -> Callable[_P, None]:
    """Turn our errors into their message and exit code 1."""

    @functools.wraps(function)
    def command(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except (Problems, StoreError, ConnectorError) as problem:
            raise click.ClickException(str(problem)) from problem

    return command


def wrong(title: str, message: str) -> Problems:
    """Say what is wrong with one thing."""
    return Problems(title, [Problem(where="", message=message)])
