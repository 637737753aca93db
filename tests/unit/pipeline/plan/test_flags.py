"""What a stage may ask for, and that nothing is asked for by silence."""

from dataclasses import fields, replace
from typing import Any

import pytest

from pipeline.plan.delivery import DELIVERY
from pipeline.plan.flags import FLAGS, PLACES, Flag, asked_for
from pipeline.plan.model import StageSettings

PLAIN = StageSettings(log_retention_days=7, throttle_rate=1, throttle_burst=1, deletion_protection=True)
SIZES = {
    "log_retention_days",
    "throttle_rate",
    "throttle_burst",
    "deletion_protection",
    "most_table_units",
    "concurrency_limit",
    "payment_provider",
    "seller",
    "mail",
    "traced",
}
"""Settings of which every stage has some value."""


def test_every_setting_is_a_size_or_a_flag() -> None:
    assert {flag.setting for flag in FLAGS} | SIZES == {field.name for field in fields(StageSettings)}
    assert {flag.setting for flag in FLAGS} & SIZES == set()


def test_nothing_is_on_by_itself() -> None:
    assert asked_for(PLAIN) == ()


@pytest.mark.parametrize("flag", FLAGS, ids=lambda flag: flag.setting)
def test_a_flag_that_is_set_is_asked_for(flag: Flag) -> None:
    something: dict[str, Any] = {flag.setting: object()}
    told = replace(PLAIN, **something)
    assert asked_for(told) == (flag,)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.setting)
def test_what_is_not_built_yet_can_not_be_asked_for(place: Flag) -> None:
    something: dict[str, Any] = {place.setting: True}
    with pytest.raises(TypeError, match=place.setting):
        replace(PLAIN, **something)


def test_no_stage_of_this_delivery_asks_for_what_costs_while_it_waits() -> None:
    for stage in DELIVERY.stages:
        assert sum(flag.dollars for flag in asked_for(stage.settings)) == 0
