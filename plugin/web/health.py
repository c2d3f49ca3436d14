"""Whether this installation is able to do its work."""

from __future__ import annotations

from datetime import timedelta

from connectors.model import Mode
from plugin.pipeline.parts import Parts
from plugin.store.records import HeldRule, PolicyLoad, StoreError
from plugin.web.looks import Look, Looks

#: A worker notes that it lives every 15 seconds.
WORKER_SILENT = timedelta(seconds=60)
#: A delivery waits longer than this only when something is wrong.
DELIVERY_LATE = timedelta(minutes=5)


def readiness(parts: Parts, looks: Looks) -> tuple[bool, dict[str, object]]:
    """Return whether all is well, and each check with a remedy where it is not."""
    try:
        look = looks.look()
    except StoreError as problem:
        return False, _no_store(str(problem))
    if look is None:
        return False, _no_store("its tables are not current; run: escalation migrate")
    checks = _checks(parts, look)
    ready = all(word == "ok" for word in checks.values())
    oldest, seen = look.figures.oldest_pending, look.figures.worker_seen
    details = {
        "policy_version": look.policy.version if look.policy else parts.policy.version,
        "oldest_undone_delivery": oldest.isoformat() if oldest else None,
        "worker_seen": seen.isoformat() if seen else None,
        "dead_letters": look.figures.dead_deliveries + look.figures.dead_operations + look.figures.dead_messages,
    }
    notices = [*_refused(look.policy), *_strangers(parts, look), *map(_waits, look.held)]
    return ready, {"status": "ready" if ready else "not ready", "checks": checks, "notices": notices, **details}


def _checks(parts: Parts, look: Look) -> dict[str, str]:
    now, found = parts.clock(), look.figures
    ours = [at for name, at in look.oldest.items() if name in _worked_on(parts)]
    late = bool(ours) and now - min(ours) > DELIVERY_LATE
    silent = found.worker_seen is None or now - found.worker_seen > WORKER_SILENT
    return {
        "store": "ok",
        "policy": "ok" if look.policy else "none was ever taken into use; run: escalation worker",
        "deliveries": "the oldest undone delivery is too old; is a worker running?" if late else "ok",
        "worker": "none seen lately; run: escalation worker" if silent else "ok",
        "cases": f"{found.silent_cases} open without a timer" if found.silent_cases else "ok",
    }


def _worked_on(parts: Parts) -> frozenset[str]:
    return frozenset(name for name, account in parts.accounts.items() if account.mode is not Mode.OFF)


def _strangers(parts: Parts, look: Look) -> list[str]:
    """Say of which connections deliveries wait that no worker takes; only an admin knows if that is well."""
    strange = sorted(look.oldest.keys() - _worked_on(parts))
    return [
        f"deliveries of the connection {name} wait since {look.oldest[name].isoformat()} and nobody works on it;"
        " put it into CONNECTIONS_FILE again, not off, to have them done"
        for name in strange
    ]


def _refused(policy: PolicyLoad | None) -> list[str]:
    """Say that a changed policy is not in use; what runs is well, so this makes nothing unready."""
    if policy is None or policy.problem is None:
        return []
    return [
        f"the policy file is refused since {policy.at.isoformat()}: {policy.problem}; version {policy.version} goes on"
    ]


def _waits(rule: HeldRule) -> str:
    since = f"rule {rule.rule} is held since {rule.since.isoformat()}"
    return f"{since}, {rule.tickets} tickets wait; see: escalation held list"


def _no_store(problem: str) -> dict[str, object]:
    return {"status": "not ready", "checks": {"store": problem}}
