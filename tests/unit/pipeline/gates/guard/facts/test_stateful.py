"""The guard keeps whatever a rehearsal's change list would tell as lost: neither may see the other's list."""

from pipeline.gates.guard.facts.stateful import KEPT, REFILLED
from pipeline.rehearsal.runners.cloudformation.changes import STATEFUL


def test_what_a_rehearsal_calls_stateful_the_guard_does_not_let_go_unseen() -> None:
    assert len(STATEFUL) > 40
    assert KEPT | REFILLED >= STATEFUL


def test_nothing_is_kept_and_may_go_as_well() -> None:
    assert KEPT.isdisjoint(REFILLED)
