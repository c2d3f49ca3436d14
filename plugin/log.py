"""Log lines for operators: one line per happening, `key=value`, no ticket text and no secrets."""

from __future__ import annotations

import logging
import sys

logger = logging.getLogger("escalation")


def to_stderr(level: int = logging.INFO) -> None:
    """Write our lines to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.handlers[:] = [handler]
    logger.setLevel(level)
    logger.propagate = False
