"""The payment providers of the plan, which a rehearsal can't ask."""

from pathlib import Path

from pipeline.plan.delivery import DELIVERY
from pipeline.rehearsal.settings import read


def test_every_provider_of_a_stage_has_a_stand_in_on_the_laptop() -> None:
    """Else the seed waits for a payment that nobody takes."""
    stand_ins = dict(read(Path(__file__).parents[4]).stand_ins)
    providers = {each.settings.payment_provider for each in DELIVERY.stages}
    assert providers
    assert providers <= set(stand_ins), "add them to [tool.slipway.rehearsal.stand_ins] of pyproject.toml"
