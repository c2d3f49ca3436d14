"""Whether this installation is able to do its work."""

from __future__ import annotations

from datetime import timedelta

from plugin.pipeline.parts import Parts
from plugin.store.records import HeldRule, PolicyLoad, StoreError

#: A worker notes that it lives every 15 seconds.
WORKER_SILENT = timedelta(seconds=60)
#: A delivery waits longer than this only when something is wrong.
DELIVERY_LATE = timedelta(minutes=5)


def readiness(parts: Parts) -> tuple[bool, dict[str, object]]:
    """Return whether all is well, and each check with a remedy where it is not."""
    try:
        if not parts.store.is_current():
            return False, _report(store="its tables are not current; run: escalation migrate")
        found, policy, held = parts.store.figures(), parts.store.last_policy_load(), parts.store.held()
    except StoreError as problem:
        return False, _report(store=str(problem))
    now = parts.clock()
    late = found.oldest_pending is not None and now - found.oldest_pending > DELIVERY_LATE
    silent = found.worker_seen is None or now - found.worker_seen > WORKER_SILENT
    checks = {
        "store": "ok",
        "policy": "ok",
        "deliveries": "the oldest undone delivery is too old; is a worker running?" if late else "ok",
        "worker": "none seen lately; run: escalation worker" if silent else "ok",
        "cases": f"{found.silent_cases} open without a timer" if found.silent_cases else "ok",
    }
    ready = all(word == "ok" for word in checks.values())
    oldest = found.oldest_pending.isoformat() if found.oldest_pending else None
    details = {
        "policy_version": policy.version if policy else parts.policy.version,
        "oldest_undone_delivery": oldest,
        "worker_seen": found.worker_seen.isoformat() if found.worker_seen else None,
        "dead_letters": found.dead_deliveries + found.dead_operations,
    }
    notices = [*_refused(policy), *map(_waits, held)]
    return ready, {"status": "ready" if ready else "not ready", "checks": checks, "notices": notices, **details}


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


def _report(*, store: str) -> dict[str, object]:
    return {"status": "not ready", "checks": {"store": store, "policy": "ok"}}
