"""Addresses that are routed and never made: making ready to make them takes most of what a sandbox takes to start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class Routed(Rule):
    """A rule by which requests are routed, and no address is built."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., Any]:
        """Return what builds nothing."""
        return _nothing


def _nothing(*_: object) -> None:
    raise NotImplementedError("a sandbox makes no addresses")
