"""What builds do."""

import json
from typing import Any

import pytest

from pipeline.gates.guard.facts.builds import PROJECT, Command, build_of, builds, variables_of_action
from pipeline.gates.guard.resource import Resource
from pipeline.gates.openapi.node import Mapped
from tests.unit.pipeline.gates.guard.templates import assembly, resource


def project(spec: Any, *variables: Any) -> Resource:
    properties: Mapped = {"Source": {"BuildSpec": spec}, "Environment": {"EnvironmentVariables": list(variables)}}
    return Resource("", "pipeline", "Build", PROJECT, {"Properties": properties})


@pytest.mark.parametrize(
    "spec",
    [
        json.dumps({"phases": {"build": {"commands": ["a", "b"]}}}),
        "phases:\n  build:\n    commands:\n      - a\n    finally:\n      - b\n",
        {"Fn::Join": ["", ['{"phases": {"build": {"commands": ["a", ', '"b"]}}}']]},
        "phases: {build: {commands: a, finally: [b]}}",
    ],
)
def test_commands_are_read_from_json_and_yaml(spec: Any) -> None:
    assert build_of(project(spec)).commands == (Command("build", "a"), Command("build", "b"))


@pytest.mark.parametrize("spec", [None, "buildspec.yml", "{", "- a", "a: [", 7, {"Ref": "Parameter"}])
def test_a_spec_that_is_not_in_the_template_is_none(spec: Any) -> None:
    build = build_of(project(spec))
    assert (build.spec, build.commands) == (None, ())


def test_variables_are_the_projects_and_those_of_its_spec() -> None:
    spec = json.dumps({"env": {"variables": {"A": "1"}}})
    build = build_of(project(spec, {"Name": "B", "Value": "2"}, {"Name": "C", "Type": "SECRETS_MANAGER", "Value": "x"}))
    assert list(build.variables) == [("B", "PLAINTEXT", "2"), ("C", "SECRETS_MANAGER", "x"), ("A", "PLAINTEXT", "1")]


def test_an_action_gives_its_variables_as_text() -> None:
    told = json.dumps([{"name": "A", "type": "PLAINTEXT", "value": "1"}])
    assert list(variables_of_action({"EnvironmentVariables": told})) == [("A", "PLAINTEXT", "1")]
    assert list(variables_of_action({"EnvironmentVariables": "["})) == []
    assert list(variables_of_action({})) == []


def test_builds_are_found_in_the_pipeline_and_in_stages() -> None:
    one = {"Build": resource("CodeBuild::Project")}
    assert len(list(builds(assembly(pipeline=one, prod=one)))) == 2
