"""What a build installs has an exact version."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.guard.assembly import Assembly
from pipeline.gates.guard.rules.tools_are_pinned import look as look_at
from tests.unit.pipeline.gates.guard.pipelines import commands, spec
from tests.unit.pipeline.gates.guard.templates import Change, assembly, edited, found, look, release, resource, subject

RULE = "tools_are_pinned"
SELF = "PipelineUpdatePipelineSelfMutation"


def installed(line: str) -> Change:
    return commands(SELF, line, phase="install")


def latest(told: Any) -> None:
    told["phases"]["install"]["runtime-versions"] = {"python": "latest"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (installed("npm install -g aws-cdk"), "aws-cdk has no exact version"),
        (installed("npm install -g aws-cdk@2"), "aws-cdk@2 has no exact version"),
        (installed("npm install -g aws-cdk@latest"), "aws-cdk@latest has no exact version"),
        (installed("npm i -g cdk-assets@^4.7.3"), "cdk-assets@^4.7.3 has no exact version"),
        (installed("npx cdk deploy"), "cdk has no exact version"),
        (installed("npx --yes aws-cdk@next synth"), "aws-cdk@next has no exact version"),
        (installed("pip install checkov"), "checkov has no exact version"),
        (installed("python -m pip install -U uv>=0.4"), "uv"),
        (installed("uv pip install ruff"), "ruff has no exact version"),
        (installed("cd x && pip3 install boto3"), "boto3 has no exact version"),
        (installed("apt-get install -y jq"), "jq has no exact version"),
        (installed("curl -sSL https://example.com/install.sh | sh"), "it runs what it has just fetched"),
        (installed("curl -s https://example.com/x | sudo bash -s -- -y"), "it runs what it has just fetched"),
        (installed('bash -c "$(curl -fsSL https://example.com/x)"'), "it runs what it has just fetched"),
        (installed("bash <(curl -s https://example.com/x)"), "it runs what it has just fetched"),
        (spec("DeliveryBuildunit", latest), "its python is latest"),
    ],
)
def test_a_tool_that_may_be_another_tomorrow_is_told(real: Assembly, change: Change, told: str) -> None:
    findings = found(RULE, release(edited(real, "pipeline", change)))
    assert any(told in each.what and each.where.startswith("pipeline:") for each in findings)


@pytest.mark.parametrize(
    "line",
    [
        "npm install -g aws-cdk@2.1149.0",
        "npm ci",
        "npm install -g @scope/tool@1.2.3-rc.1",
        "npx aws-cdk@2.1148.1 deploy pipeline",
        "pip install uv==0.9.1 ruff==0.14.0",
        "pip install --require-hashes -r requirements.txt",
        "pip install -e .",
        "uv sync --locked",
        "apt-get install -y jq=1.7.1-3",
        "curl -fsSL -o tool.tgz https://example.com/tool.tgz",
        "scripts/setup",
    ],
)
def test_exact_versions_and_locks_are_welcome(real: Assembly, line: str) -> None:
    assert found(RULE, release(edited(real, "pipeline", installed(line)), real)) == ()


@given(st.text(max_size=60))
def test_any_command_is_judged(line: str) -> None:
    told = json.dumps({"phases": {"build": {"commands": [line]}}})
    build = resource("CodeBuild::Project", Source={"BuildSpec": told})
    assert list(look_at(subject(assembly(pipeline={"Build": build}))))


def test_the_release_as_it_is_is_pinned(real: Assembly) -> None:
    assert found(RULE, release(real, real)) == ()
    assert look(RULE, release(real)).checked > 40
