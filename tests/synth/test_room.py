"""What a stack of the service holds at most."""

from pipeline.gates.guard.rules.stack_has_room import MOST
from tests.synth.reading import Template


def test_a_stage_that_asks_for_everything_fits_into_its_stack(everything: Template) -> None:
    """No stage of the plan asks for all, so the guard, which notes what is nearly full, can't know of this one."""
    assert len(everything.resources) <= MOST
