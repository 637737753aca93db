"""The build of a gate asks that gate, and nothing makes it ask less."""

import json
from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from pipeline.plan.delivery import DELIVERY
from tests.unit.pipeline.gates.guard.pipelines import (
    action,
    commands,
    in_action,
    in_configuration,
    project,
    spec,
    stage,
)
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, found, look, release

RULE = "gate_is_asked_in_full"
UNIT = "DeliveryBuildunit"


def variable(name: str, value: str, starting: str = UNIT) -> Change:
    def change(document: Template) -> None:
        told = {"Name": name, "Type": "PLAINTEXT", "Value": value}
        project(document, starting)["Environment"]["EnvironmentVariables"].append(told)

    return change


def stage_variable(document: Template) -> None:
    for each in project(document, "Deliveryprodsmoke")["Environment"]["EnvironmentVariables"]:
        if each["Name"] == "SLIPWAY_STAGE":
            each["Value"] = "beta"


def once_more(document: Template) -> None:
    stage(document, "gamma")["Actions"].append({**action(document, "gamma", "integration"), "Name": "again"})


def out_of_sight(document: Template) -> None:
    project(document, UNIT)["Source"]["BuildSpec"] = "buildspec.yml"


def in_spec(told: Any) -> None:
    told["env"] = {"variables": {"PYTEST_ADDOPTS": "-k quick"}}


def by_the_action() -> Change:
    told = json.dumps([{"name": "PYTEST_ADDOPTS", "type": "PLAINTEXT", "value": "-x"}])
    return in_configuration("Build", "unit", EnvironmentVariables=told)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (commands(UNIT, "echo fine"), "it does not ask the gate unit: no gate"),
        (commands(UNIT, "scripts/slipway gate lint"), "it does not ask the gate unit: scripts/slipway gate lint"),
        (commands(UNIT, "scripts/slipway gate unit -k smoke"), "it asks more, or less, than the gate"),
        (commands(UNIT, "scripts/slipway gate unit || true"), "it asks more, or less, than the gate"),
        (commands(UNIT, "if scripts/slipway gate unit; then :; fi"), "it asks more, or less, than the gate"),
        (commands(UNIT, "scripts/slipway gate unit", "scripts/slipway gate unit --again"), "it asks more, or less"),
        (out_of_sight, "its commands are not in the template"),
        (variable("PYTEST_ADDOPTS", "-k smoke"), "the variable PYTEST_ADDOPTS changes what its tools do"),
        (variable("AWS_ENDPOINT_URL", "http://127.0.0.1"), "the variable AWS_ENDPOINT_URL changes what its tools do"),
        (variable("SLIPWAY_ADVISORIES", "http://x"), "the variable SLIPWAY_ADVISORIES changes what its tools do"),
        (variable("BASH_ENV", "scripts/other"), "the variable BASH_ENV changes"),
        (spec(UNIT, in_spec), "the variable PYTEST_ADDOPTS changes what its tools do"),
        (by_the_action(), "the variable PYTEST_ADDOPTS changes what its tools do"),
        (stage_variable, "it is told to look at beta"),
        (in_action("Build", "unit", InputArtifacts=[{"Name": "Other"}]), "it looks at Other, not at the source"),
        (in_configuration("Build", "unit", ProjectName="elsewhere"), "the gate unit is no build of this stack"),
    ],
)
def test_a_gate_that_asks_something_else_is_told(real: Assembly, change: Change, told: str) -> None:
    findings = found(RULE, release(edited(real, "pipeline", change)))
    assert any(told in each.what and each.where.startswith("pipeline:Delivery") for each in findings)


@pytest.mark.parametrize(
    "change",
    [
        variable("SLIPWAY_LOG", "debug"),
        commands(UNIT, "scripts/setup", "scripts/slipway gate unit"),
        commands(UNIT, "scripts/slipway gate unit --fresh"),
        commands(UNIT, "scripts/show", phase="post_build"),
        once_more,
    ],
)
def test_what_takes_nothing_away_is_welcome(real: Assembly, change: Change) -> None:
    assert found(RULE, release(edited(real, "pipeline", change), real)) == ()


def test_the_release_as_it_is_asks_each_in_full(real: Assembly) -> None:
    assert found(RULE, release(real, real)) == ()
    assert look(RULE, release(real)).checked == len(list(DELIVERY.gates()))
