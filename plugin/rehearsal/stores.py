"""A store that is empty again for each test case.

Rule 1: the tables are made once; a closed store's file is then put back as it was.
Rule 2: it is one and the same Store, so that what the database layer has learnt is not learnt anew each time.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from plugin.store.store import Store

#: A folder in memory, where there is one: nothing here need survive a power cut.
_IN_MEMORY = Path("/dev/shm")  # noqa: S108  what is put there has a private folder of its own
#: Gives the store, empty.
EmptyStore = Callable[[], AbstractContextManager[Store]]


@contextmanager
def empty_stores() -> Iterator[EmptyStore]:
    """Give an empty store, as often as it is asked for, one at a time."""
    quick = str(_IN_MEMORY) if os.access(_IN_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="escalation-rehearsal-", dir=quick) as folder:
        path, blank = Path(folder) / "store.db", Path(folder) / "blank.db"
        store = Store.open(f"sqlite:///{path}")
        store.migrate()
        store.close()
        shutil.copyfile(path, blank)

        @contextmanager
        def empty() -> Iterator[Store]:
            shutil.copyfile(blank, path)
            try:
                yield store
            finally:
                store.close()

        yield empty
