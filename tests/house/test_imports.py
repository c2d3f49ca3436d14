"""Importing does nothing, and every room is in the contracts."""

from __future__ import annotations

import subprocess
import sys

from tests.house.repository import ROOT, name_of, pyproject, sources

#: These act when imported, and are imported only to act.
ACTORS = frozenset({"plugin.__main__", "plugin.store.migrations.env"})

WATCHED = """
import importlib, os, sys, threading
modules = sys.argv[1:]
for name in modules:                # the libraries may do what they like on their first import
    importlib.import_module(name)
ours = [name for name in sys.modules if name.split(".")[0] in ("plugin", "connectors", "schemas")]
for name in ours:
    del sys.modules[name]
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
DEEDS = ("socket.", "subprocess.", "os.mkdir", "os.remove", "os.rename", "os.system", "_thread.start_new_thread")
def watch(event, args):
    writes = event == "open" and isinstance(args[2], int) and args[2] & WRITES
    if writes or event.startswith(DEEDS):
        print(event, args, file=sys.stderr)
        os._exit(3)
sys.addaudithook(watch)
before = threading.active_count()
for name in modules:
    importlib.import_module(name)
sys.exit(threading.active_count() - before)
"""


def _modules() -> list[str]:
    names = [name_of(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__") for path in sources()]
    return [name for name in names if name not in ACTORS]


def test_importing_any_module_opens_writes_and_starts_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED, *_modules()], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


def _contract(name: str) -> dict[str, list[str]]:
    contracts = pyproject()["tool"]["importlinter"]["contracts"]
    return next(contract for contract in contracts if contract["name"] == name)


def test_every_room_of_the_plugin_stands_in_a_layer() -> None:
    layers = _contract("The house is built in layers")["layers"]
    placed = {room.strip() for layer in layers for room in layer.split("|")}
    rooms = {".".join(name.split(".")[:2]) for name in [*_modules(), *ACTORS] if name.startswith("plugin.")}

    assert rooms - placed == set()


def test_every_platform_is_kept_from_the_others() -> None:
    kept = set(_contract("Platforms never import each other")["modules"])
    platforms = {
        f"connectors.{path.name}" for path in (ROOT / "connectors").iterdir() if (path / "__init__.py").is_file()
    }

    assert platforms == kept
