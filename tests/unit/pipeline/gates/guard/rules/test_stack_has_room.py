"""Who approves a release knows when a stack is nearly full."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import assembly, look, release, resource, subject

RULE = "stack_has_room"


def of(count: int) -> Assembly:
    return assembly(
        beta={"One": resource("SQS::Queue")}, prod={f"Queue{number}": resource("SQS::Queue") for number in range(count)}
    )


@pytest.mark.parametrize(("count", "told"), [(479, False), (480, True), (500, True)])
def test_a_stack_that_is_nearly_full_is_a_note(count: int, told: bool) -> None:
    part = look(RULE, subject(of(count)))
    assert part.findings == ()
    assert [(each.where, each.severity) for each in part.warnings] == [("prod/orders", "note")] * told
    assert all(f"{count} resources of 500" in each.what for each in part.warnings)


def test_the_note_says_how_many_there_were() -> None:
    (note,) = look(RULE, subject(of(490), of(420))).warnings
    assert "490 resources of 500 that a stack may have, was 420;" in note.what


def test_the_release_as_it_is_has_room(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked, part.findings, part.warnings) == (len(real.stacks), (), ())
