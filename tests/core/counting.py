"""What a piece of work costs, counted in the interpreter's own steps: the same on every machine."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def steps_of(work: Callable[[], object]) -> int:
    """Return the Python instructions of a piece of work that was done once before, so that caches are warm.

    The collector of garbage stays out of it: it may call functions of other tools, whenever it likes.
    """
    work()
    gc.disable()
    before, count = sys.gettrace(), 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return trace

    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
        gc.enable()
    return count
