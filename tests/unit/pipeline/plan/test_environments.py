"""Accounts and regions by name."""

from dataclasses import replace

import pytest

from pipeline.plan.delivery import DELIVERY
from pipeline.plan.environments import UnknownName, spelled
from pipeline.plan.model import Environment, Replicas


def said(text: str) -> tuple[str, ...]:
    return spelled(text, DELIVERY.environment, DELIVERY.stages)


def test_a_text_without_names_is_meant_as_it_is() -> None:
    assert said("arn:aws:s3:::shop-*/{id}") == ("arn:aws:s3:::shop-*/{id}",)


def test_a_text_that_names_a_stage_is_meant_for_each() -> None:
    assert said("${pipeline.account} tells ${stage} in ${stage.region}") == tuple(
        f"{DELIVERY.environment.account} tells {each.name} in {each.environment.region}" for each in DELIVERY.stages
    )


def test_stages_of_one_region_make_one_text_of_it() -> None:
    there = [replace(stage, environment=Environment("1", "here")) for stage in DELIVERY.stages]
    assert spelled("${stage.region}", DELIVERY.environment, there) == ("here",)


def test_replicas_have_an_account_where_a_stage_asks_for_them() -> None:
    stage = DELIVERY.stages[-1]
    copied = replace(stage.settings, replicas=Replicas(Environment("5", "there"), "a-key"))
    with_replicas = [replace(stage, settings=copied)]
    assert spelled("${stage}-${stage.replicas.account}", DELIVERY.environment, with_replicas) == (f"{stage.name}-5",)


@pytest.mark.parametrize("text", ["${account}", "${stage.name}", "${}", "${prod.account}", "${stage.replicas.region}"])
def test_any_other_name_is_no_name(text: str) -> None:
    with pytest.raises(UnknownName, match="is no name of the plan's: "):
        said(text)
