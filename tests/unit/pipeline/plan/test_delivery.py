"""The rules that this delivery keeps, whoever edits it."""

import re

from pipeline.plan.delivery import DELIVERY
from pipeline.plan.model import Approval


def test_somebody_says_yes_right_before_prod_which_is_last() -> None:
    names = [step.name for step in DELIVERY.steps]
    assert names[-1] == "prod"
    assert isinstance(DELIVERY.steps[-2], Approval)


def test_each_stage_has_an_account_of_its_own_and_none_is_the_pipelines() -> None:
    accounts = [stage.environment.account for stage in DELIVERY.stages]
    assert len({DELIVERY.environment.account, *accounts}) == 1 + len(accounts)


def test_prod_shifts_in_steps_and_every_rollout_is_watched() -> None:
    assert "AllAtOnce" not in DELIVERY.stages[-1].rollout.config
    assert all(stage.rollout.alarms for stage in DELIVERY.stages)


def test_no_traffic_fails_wherever_there_is_time_to_wait_for_some() -> None:
    for stage in DELIVERY.stages:
        assert stage.rollout.no_traffic == ("warn" if stage.rollout.config == "LambdaAllAtOnce" else "fail")


def test_each_stage_expects_requests_and_no_more_than_it_lets_through() -> None:
    for stage in DELIVERY.stages:
        assert 0.0 < stage.rollout.expected_rps <= stage.settings.throttle_rate


def test_every_gate_must_have_checked_something_and_is_held_to_a_limit() -> None:
    for _, gate in DELIVERY.gates():
        assert gate.checked_at_least > 0
        assert gate.limits
        assert all(limit.at_least is not None or limit.at_most is not None for limit in gate.limits)


def test_every_stage_is_asked_something_after_its_deployment() -> None:
    assert all(stage.gates for stage in DELIVERY.stages)


def test_nobody_tests_with_made_up_users_in_prod() -> None:
    assert [stage.name for stage in DELIVERY.stages if stage.settings.test_sign_in] == ["beta", "gamma"]


def test_data_is_protected_in_every_stage() -> None:
    assert all(stage.settings.deletion_protection for stage in DELIVERY.stages)


def test_tools_are_pinned_to_one_version() -> None:
    for version in (DELIVERY.tools.cdk, DELIVERY.tools.cdk_assets):
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
