"""Where stages may differ: only by a setting of the plan that there is, and only as far as it goes."""

import pytest

from pipeline.gates.guard.facts.differences import MAY, explained
from pipeline.plan.delivery import DELIVERY

STAGES = {stage.name: stage for stage in DELIVERY.stages}
DAYS = "AWS::Logs::LogGroup Orders/Logs/Resource Properties.RetentionInDays"
PROVIDER = "AWS::Lambda::Function Orders/Function/Resource Properties.Environment.Variables.PAYMENT_PROVIDER_URL"


@pytest.mark.parametrize("setting", sorted({may.setting for may in MAY}))
def test_every_setting_is_one_of_the_plan(setting: str) -> None:
    value: object = DELIVERY.stages[0]
    for name in setting.split("."):
        assert hasattr(value, name)
        value = getattr(value, name)


def test_a_setting_that_differs_explains_that_a_value_does() -> None:
    assert explained(DAYS, {"beta": 14, "gamma": 30, "prod": 365}, STAGES)
    assert explained(PROVIDER, {"beta": "sandbox", "gamma": "sandbox", "prod": "real"}, STAGES)


def test_where_settings_say_the_same_the_values_must_be_the_same() -> None:
    assert not explained(PROVIDER, {"beta": "sandbox", "gamma": "other", "prod": "real"}, STAGES)


def test_nothing_else_is_explained() -> None:
    assert not explained(DAYS.replace("Retention", "Another"), {"beta": 1, "prod": 2}, STAGES)
    assert not explained(DAYS, {"beta": 1, "elsewhere": 2}, STAGES)
