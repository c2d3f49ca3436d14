"""Where to listen: said in words where that cannot be, before a server says it in its own."""

from __future__ import annotations

import errno
import socket

from plugin.core.problems import Problem, Problems

_REASONS = {
    errno.EADDRINUSE: ("PORT", "another program listens there already; stop it, or choose another PORT"),
    errno.EACCES: ("PORT", "this user may not listen there; choose a PORT above 1023"),
    errno.EADDRNOTAVAIL: ("HOST", "this machine has no such address; 127.0.0.1 is this machine, 0.0.0.0 is everyone"),
}


def free_address(host: str, port: int) -> str:
    """Return the address of a host's name where the port is free, or raise Problems."""
    family, address = _resolved(host, port)
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # not PORT: who shares one would share requests
        try:
            probe.bind((address, port))
        except OSError as problem:
            name, words = _REASONS.get(problem.errno or 0, ("HOST", f"cannot listen there: {problem.strerror}"))
            raise _refused(name, f"{address} port {port}: {words}") from problem
    return address


def _resolved(host: str, port: int) -> tuple[int, str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as problem:
        raise _refused("HOST", f'found "{host}", expected an address of this machine, or its name') from problem
    family, _, _, _, place = min(found, key=lambda one: one[0] != socket.AF_INET)
    return family, str(place[0])


def _refused(name: str, message: str) -> Problems:
    return Problems("The receiver cannot start:", [Problem(where=name, message=message)])
