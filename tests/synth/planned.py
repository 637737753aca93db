"""What the plan says of a stage, for tests that follow the plan wherever a team is free to set it."""

from pipeline.plan.delivery import DELIVERY
from pipeline.plan.model import Stage, StageSettings


def planned(stage: str) -> Stage:
    """The stage of the plan by its name."""
    (found,) = [each for each in DELIVERY.stages if each.name == stage]
    return found


def settings(stage: str) -> StageSettings:
    """What the plan sets for the stage."""
    return planned(stage).settings
