"""A function has more time than what it waits for: all attempts of a call of AWS, and a hook all of its calls.

One that is ended in the middle tells nobody: a request's key of idempotency stays in progress, and CodeDeploy waits for
a hook's answer for an hour.
"""

import json
from typing import cast

import pytest
from botocore.config import Config

from api.adapters.aws import HURRY, PATIENCE, UNREPEATED
from pipeline.cloud.service.judge import LONGEST_SECONDS
from pipeline.gates.guard.rules.judge_is_heard import ANSWERS
from pipeline.hooks import after_allow_traffic, before_allow_traffic, clients, judge, preflight
from tests.synth.reading import Resource, Template

ASKED_BY_A_POOL = "api.handlers.identity.handler"
BEFORE, AFTER = (f"pipeline.hooks.{moment}_allow_traffic.handler" for moment in ("before", "after"))
LAMBDA_ALLOWS = 900


def longest(patience: Config) -> float:
    """The seconds of a call that is never answered: each attempt connects, then waits (botocore, `Config`)."""
    told = cast("dict[str, float]", vars(patience))
    attempts = cast("dict[str, int]", vars(patience)["retries"])["total_max_attempts"]
    return attempts * (told["connect_timeout"] + told["read_timeout"])


def functions(template: Template, *handlers: str) -> list[Resource]:
    """The functions whose handlers begin so, at least one of each."""
    found = [each for each in template.all("AWS::Lambda::Function") if each["Handler"].startswith(handlers)]
    assert found
    return found


def test_a_function_of_ours_outlasts_every_call_that_it_makes(template: Template) -> None:
    short = {
        each["FunctionName"]: each["Timeout"]
        for each in functions(template, "api.handlers.")
        if each["Handler"] != ASKED_BY_A_POOL and each["Timeout"] <= max(map(longest, (PATIENCE, UNREPEATED)))
    }
    assert short == {}


def test_what_a_pool_asks_outlasts_the_calls_that_it_hurries_through(template: Template) -> None:
    for each in functions(template, ASKED_BY_A_POOL):
        assert longest(HURRY) < each["Timeout"]


def test_a_hook_before_traffic_outlasts_its_probes_its_looks_and_its_answer(template: Template) -> None:
    once, looked = longest(clients.FUNCTION_PATIENCE), longest(clients.PATIENCE)
    way_back = 4 * once  # where the alias stands, both versions as they are, and what is provisioned
    alarms = preflight.ATTEMPTS * looked + (preflight.ATTEMPTS - 1) * preflight.PAUSE_SECONDS
    for each in functions(template, BEFORE):
        probes = len(json.loads(each["Environment"]["Variables"]["PROBES"]))
        warms_and_calls = 2 * once
        needed = probes * before_allow_traffic.ATTEMPTS * once + way_back + alarms + warms_and_calls + looked
        assert needed < each["Timeout"] <= LAMBDA_ALLOWS, f"{each['FunctionName']} needs {needed:g} s"


def test_a_hook_after_traffic_outlasts_its_bake_its_looks_and_its_answer(template: Template) -> None:
    for each in functions(template, AFTER):
        bake = float(each["Environment"]["Variables"]["BAKE_WAIT_SECONDS"])
        asked = 4 * longest(clients.PATIENCE)  # the deployment (two calls), the counts, the judge's looks
        pauses = (after_allow_traffic.ATTEMPTS - 1) * after_allow_traffic.PAUSE_SECONDS
        needed = after_allow_traffic.ATTEMPTS * asked + pauses + longest(clients.PATIENCE)
        assert needed < ANSWERS
        assert bake + needed < each["Timeout"] <= LAMBDA_ALLOWS


def test_the_judge_ends_its_last_look_before_it_is_ended(template: Template) -> None:
    assert 3 * longest(clients.PATIENCE) < judge.LAST_SECONDS  # the deployment (two calls), the counts; then it tells
    for each in functions(template, "pipeline.hooks.judge.handler"):
        assert LONGEST_SECONDS + judge.LAST_SECONDS <= each["Timeout"] <= LAMBDA_ALLOWS


def test_a_probe_is_waited_for_until_the_function_that_it_asks_has_ended(template: Template) -> None:
    asked = {each["Environment"]["Variables"]["FUNCTION_NAME"]["Ref"] for each in functions(template, BEFORE)}
    assert asked
    for name in asked:
        assert template.resources[name]["Timeout"] < vars(clients.FUNCTION_PATIENCE)["read_timeout"]


@pytest.mark.parametrize(("patience", "seconds"), [(PATIENCE, 9), (UNREPEATED, 6), (HURRY, 3), (clients.PATIENCE, 21)])
def test_a_call_takes_as_long_as_all_its_attempts(patience: Config, seconds: float) -> None:
    assert longest(patience) == seconds
