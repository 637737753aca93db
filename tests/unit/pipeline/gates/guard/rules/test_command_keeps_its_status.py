"""A build fails when something in it fails."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.pipelines import commands, project, spec
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, found, look, release

RULE = "command_keeps_its_status"
UNIT, GATE = "DeliveryBuildunit", "scripts/slipway gate unit"


def goes_on(told: Any) -> None:
    told["phases"]["build"]["on-failure"] = "CONTINUE"


def tries_again(told: Any) -> None:
    told["phases"]["build"]["on-failure"] = "RETRY-3"


def batch(told: Any) -> None:
    told["batch"] = {"build-list": [{"identifier": "a", "ignore-failure": True}]}


def out_of_sight(document: Template) -> None:
    project(document, UNIT)["Source"]["BuildSpec"] = "buildspec.yml"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (commands(UNIT, f"{GATE} || true"), "`slipway || true` ends well where it fails"),
        (commands(UNIT, f"{GATE} || :"), "`slipway || :` ends well where it fails"),
        (commands(UNIT, f"{GATE}; true"), "`slipway` may fail, and the commands behind it say how all ends"),
        (commands(UNIT, f"set +e\n{GATE}\nexit 0"), "`exit 0` ends it well"),
        (commands(UNIT, f"{GATE} | tee log"), "`slipway | …` ends as its last part does"),
        (commands(UNIT, f"{GATE} &"), "`slipway &` is left alone"),
        (commands(UNIT, "scripts/setup || echo later", phase="install"), "`setup || echo later`"),
        (commands("PipelineAssetsFileAsset1", "cdk-assets publish x || true"), "`cdk-assets || true`"),
        (spec(UNIT, goes_on), "on-failure is CONTINUE"),
        (spec(UNIT, tries_again), "on-failure is RETRY-3"),
        (spec(UNIT, batch), "a build of the batch may fail"),
        (out_of_sight, "its commands are not in the template"),
    ],
)
def test_a_build_that_hides_a_failure_is_told(real: Assembly, change: Change, told: str) -> None:
    findings = found(RULE, release(edited(real, "pipeline", change)))
    assert any(told in each.what and each.where.startswith("pipeline:") for each in findings)


@pytest.mark.parametrize(
    "change",
    [
        commands(UNIT, "set -euo pipefail\nscripts/slipway gate unit | tee log"),
        commands(UNIT, "test -d .git || exit 1", GATE),
        commands(UNIT, f"cd . && {GATE}"),
    ],
)
def test_a_build_that_says_how_it_ended_is_welcome(real: Assembly, change: Change) -> None:
    assert found(RULE, release(edited(real, "pipeline", change), real)) == ()


def test_the_release_as_it_is_hides_nothing(real: Assembly) -> None:
    assert found(RULE, release(real, real)) == ()
    assert look(RULE, release(real)).checked > 40
