"""What cdk-nag finds and we leave as it is: those of the team's waivers that speak of it, read from their list."""

from pathlib import Path

from pipeline.plan.model import Delivery
from pipeline.plan.waivers import FILE, Waiver, read

TOOL = "cdk-nag"


def acknowledged(root: Path, delivery: Delivery) -> tuple[Waiver, ...]:
    """The waivers of cdk-nag's findings in the checkout at `root`; BadWaivers if the list can't be read.

    Whether one has ended is for the gate `scan` to say, which is told the day: a template never depends on it.
    """
    return tuple(waiver for waiver in read((root / FILE).read_text(), delivery) if waiver.tool == TOOL)
