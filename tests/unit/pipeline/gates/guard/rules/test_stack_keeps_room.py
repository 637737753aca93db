"""A stack has room for all its resources, and who fills it is told before it is full."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from pipeline.gates.guard.registry import rule
from pipeline.gates.guard.rules.stack_keeps_room import MOST, ROOM
from tests.unit.pipeline.gates.guard.templates import assembly, found, look, release, resource, subject

RULE = "stack_keeps_room"


def holding(count: int) -> Assembly:
    return assembly(beta={}, prod={f"Topic{number}": resource("SNS::Topic") for number in range(count)})


def noted(candidate: Assembly, base: Assembly | None) -> list[str]:
    one = rule(RULE)
    return [told.what for each in one.look(subject(candidate, base)) for told in one.noted(each)]


def test_a_stack_with_more_than_cloudformation_takes_is_told() -> None:
    (told,) = found(RULE, subject(holding(MOST + 1)))
    assert told.where == "prod/orders"
    assert told.what.startswith("stack_keeps_room 501 resources, at most 500; CloudFormation takes 500")


def test_a_full_one_passes() -> None:
    assert found(RULE, subject(holding(MOST))) == ()


@pytest.mark.parametrize(("held", "room"), [(MOST - ROOM + 1, 15), (MOST, 0)])
def test_a_change_that_nearly_fills_one_is_noted_for_who_approves_it(held: int, room: int) -> None:
    (what,) = noted(holding(held), holding(held - 1))
    assert what.startswith(f"stack_keeps_room {held} resources: room for {room} more; ")


@pytest.mark.parametrize(
    ("held", "before"), [(MOST - ROOM, MOST - ROOM - 1), (MOST, MOST), (MOST - 1, MOST), (MOST + 1, MOST)]
)
def test_one_with_room_or_that_does_not_grow_or_that_is_told_already_is_not_noted(held: int, before: int) -> None:
    assert noted(holding(held), holding(before)) == []


def test_a_first_release_that_is_nearly_full_is_noted() -> None:
    assert len(noted(holding(MOST), None)) == 1


def test_each_stack_of_the_release_is_looked_at(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked, part.findings) == (len(real.stacks), ())
