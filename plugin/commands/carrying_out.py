"""A plan, carried out step by step.

Rule 1: that something is about to be made is written down before, what came of it right after: whatever stops us, the
        next run goes on where this one ended, and makes nothing twice.
Rule 2: a step that fails stops those that need it, and no others; credentials that are refused and a helpdesk that
        wants to be left alone stop all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from connectors.contract import Clock, Provisioner
from connectors.errors import AuthFailure, ConnectorError, TemporaryFailure, UnknownOutcome
from connectors.provisions import Made, Plan, Step, Verb, digest, resolved
from plugin.store.provisions import Provisions

_DONE = {Verb.CREATE: "made", Verb.CHANGE: "changed", Verb.ORDER: "put in order", Verb.REMOVE: "removed"}


@dataclass(kw_only=True)
class CarryingOut:
    """One plan of one connection under way."""

    connection: str
    provisioner: Provisioner
    kept: Provisions
    clock: Clock
    tell: Callable[[str], None]
    ids: dict[str, str]
    failed: list[Step] = field(default_factory=list)
    written: list[tuple[Step, str]] = field(default_factory=list)  #: With the digest of what was asked for.

    @classmethod
    def begun(
        cls,
        connection: str,
        provisioner: Provisioner,
        kept: Provisions,
        made: Sequence[Made],
        *,
        clock: Clock,
        tell: Callable[[str], None],
    ) -> CarryingOut:
        """Return it with what was made so far."""
        ids = {one.ref: one.id for one in made if one.id}
        return cls(connection=connection, provisioner=provisioner, kept=kept, clock=clock, tell=tell, ids=ids)

    def run(self, plan: Plan) -> None:
        """Carry out every step that can be."""
        for place, step in enumerate(plan.steps):
            if not self._one(step):
                rest = sum(later.acts for later in plan.steps[place + 1 :])
                self.failed += [later for later in plan.steps[place + 1 :] if later.acts]
                self.tell(f"stopped: {rest} more were not begun; run this again later")
                return

    def look_again(self) -> None:
        """Note what is there now of what was made: it is told by that, later on, whether somebody changed it."""
        if not self.written:
            return
        try:
            found = self.provisioner.look(tuple({step.kind for step, _ in self.written}))
        except ConnectorError:
            return  # the next run looks
        things = {(thing.kind, thing.id): thing for some in found.things.values() for thing in some}
        for step, wrote in self.written:
            if thing := things.get((step.kind, self.ids[step.ref])):
                self._keep(step, thing.id, wrote=wrote, found=digest(thing.facts))

    def _one(self, step: Step) -> bool:
        """Do one step; return False if no other is to be begun."""
        if missing := sorted(step.needs - self.ids.keys()):
            return self._fails(step, f"left out, for it needs {', '.join(missing)}")
        try:
            self._do(step)
        except ConnectorError as problem:
            if step.verb is Verb.CREATE and not isinstance(problem, UnknownOutcome):
                self.kept.forget(self.connection, step.kind, step.key)
            unsure = "; run this again: it is looked for first" if isinstance(problem, UnknownOutcome) else ""
            hint = "" if unsure else f"; {self.provisioner.hint(step, problem)}"
            self._fails(step, f"failed: {problem}{unsure or hint}")
            return not _is_for_all(problem)
        if step.acts:
            self.tell(f"{_DONE[step.verb]}: {step.what} {step.name}")
        return True

    def _fails(self, step: Step, why: str) -> bool:
        self.failed.append(step)
        self.tell(f"{step.what} {step.name}: {why}")
        return True

    def _do(self, step: Step) -> None:
        match step.verb:
            case Verb.LEAVE:
                if step.id and not step.question:
                    self.ids[step.ref] = step.id
                if step.record and not step.question:
                    wrote = digest(step.facts)
                    self._keep(step, step.id, wrote=wrote)
                    self.written.append((step, wrote))
            case Verb.FORGET:
                self.kept.forget(self.connection, step.kind, step.key)
            case Verb.REMOVE:
                self.provisioner.carry_out(step, self.ids)
                self.kept.forget(self.connection, step.kind, step.key)
                self.ids.pop(step.ref, None)
            case Verb.ORDER:
                self.provisioner.carry_out(step, self.ids)
            case _:
                self._make(step)

    def _make(self, step: Step) -> None:
        """Make a thing, or make it so again."""
        if step.verb is Verb.CREATE:
            self._keep(step, None)
            self.ids.pop(step.ref, None)
        wrote = digest(resolved(step.facts, self.ids))
        id_ = self.provisioner.carry_out(step, self.ids)
        assert id_ is not None, "what is made is there"
        self.ids[step.ref] = id_
        self._keep(step, id_, wrote=wrote)
        self.written.append((step, wrote))

    def _keep(self, step: Step, id_: str | None, *, wrote: str = "", found: str = "") -> None:
        made = Made(
            kind=step.kind, key=step.key, name=step.name, id=id_, wrote=wrote, found=found, adopted=step.adopted
        )
        self.kept.made(self.connection, made, now=self.clock())


def _is_for_all(problem: ConnectorError) -> bool:
    if isinstance(problem, TemporaryFailure):
        return problem.whole_connection
    return isinstance(problem, AuthFailure) and problem.status == 401
