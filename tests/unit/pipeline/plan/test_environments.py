"""Accounts and regions by name."""

from dataclasses import replace

import pytest

from pipeline.plan.delivery import DELIVERY
from pipeline.plan.environments import UnknownName, spelled
from pipeline.plan.model import Environment


def test_a_text_without_names_is_meant_as_it_is() -> None:
    assert spelled("arn:aws:s3:::shop-*/{id}", DELIVERY) == ("arn:aws:s3:::shop-*/{id}",)


def test_a_text_that_names_a_stage_is_meant_for_each() -> None:
    assert spelled("${pipeline.account} tells ${stage} in ${stage.region}", DELIVERY) == tuple(
        f"{DELIVERY.environment.account} tells {each.name} in {each.environment.region}" for each in DELIVERY.stages
    )


def test_stages_of_one_region_make_one_text_of_it() -> None:
    there = replace(DELIVERY, steps=tuple(replace(s, environment=Environment("1", "here")) for s in DELIVERY.stages))
    assert spelled("${stage.region}", there) == ("here",)


@pytest.mark.parametrize("text", ["${account}", "${stage.name}", "${}", "${prod.account}"])
def test_any_other_name_is_no_name(text: str) -> None:
    with pytest.raises(UnknownName, match="is no name of the plan's: "):
        spelled(text, DELIVERY)
