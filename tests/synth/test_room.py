"""How much more a stack of the service can take."""

from tests.synth.reading import Template

MOST = 500
"""Resources of one stack (CloudFormation user guide, "Understand CloudFormation quotas")."""
ROOM = 16
"""Four operations on paths of their own: each is a path, a method, a preflight, and a model of its body."""


def test_a_stage_that_asks_for_everything_can_still_take_new_operations(everything: Template) -> None:
    """Where this fails the change is good, and the stack nearly full: let resources be shared while the change fits."""
    assert MOST - len(everything.resources) >= ROOM
