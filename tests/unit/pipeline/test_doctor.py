"""The doctor says what is missing and what to do."""

import os
import re
import sys
from pathlib import Path

import pytest

from pipeline.doctor import Check, checks, how_built, report


def test_a_missing_thing_is_named_with_what_to_do() -> None:
    said: list[str] = []

    good = report(
        iter([Check("git", True, "git 2"), Check("node", False, "not found", "run scripts/setup")]), said.append
    )

    assert not good
    assert said == [
        "✓ git                      git 2",
        "✗ node                     not found → run scripts/setup",
    ]


def test_without_the_scripts_environment_nothing_is_claimed(tmp_path: Path) -> None:
    found = {check.name: check for check in checks({}, tmp_path)}

    assert {name for name in found if not found[name].good} >= {"node", "the emulator's Python", "the CDK command line"}
    assert found["node"].fix == "run this through scripts/slipway, which sets JSII_NODE"


def test_a_program_that_fails_is_not_there(tmp_path: Path) -> None:
    found = {check.name: check for check in checks({"SLIPWAY_WORLD_PYTHON": "/nowhere/python"}, tmp_path)}

    assert found["the emulator's Python"].found == "/nowhere/python does not answer"
    assert found["Python"].good == (sys.version_info[:2] == (3, 13))


def test_a_python_that_was_built_without_optimizations_is_told_as_slow() -> None:
    slow = ", built without --enable-optimizations, so all that is Python takes longer"
    assert how_built("'--prefix=/usr' '--enable-shared'") == slow
    assert how_built("'--prefix=/usr' '--enable-optimizations' '--with-lto'") == ""
    assert how_built(None) == "", "Windows' build has no such arguments"


def test_the_command_line_tools_are_looked_for_where_the_environment_says(tmp_path: Path) -> None:
    for name in ("aws-cdk", "cdk-assets"):
        (tmp_path / "node_modules" / name).mkdir(parents=True)
    (tmp_path / "node_modules" / "aws-cdk" / "package.json").touch()

    found = {check.name: check for check in checks({"SLIPWAY_NPM": str(tmp_path)}, tmp_path)}

    expected = Check("the CDK command line", False, "cdk-assets missing", "run scripts/setup")
    assert found["the CDK command line"] == expected


def test_tools_of_the_folder_one_stands_in_are_not_taken_for_slipways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("aws-cdk", "cdk-assets"):
        (tmp_path / "node_modules" / name).mkdir(parents=True)
        (tmp_path / "node_modules" / name / "package.json").touch()
    monkeypatch.chdir(tmp_path)

    found = {check.name: check for check in checks({}, tmp_path)}

    assert found["the CDK command line"].found == "SLIPWAY_NPM is not set"


def test_packages_of_other_environments_are_told_by_their_versions(tmp_path: Path) -> None:
    found = {check.name: check.found for check in checks(os.environ, tmp_path)}

    assert re.fullmatch(r"ministack [0-9]+(\.[0-9]+)+", found["the emulator's Python"])
    assert re.fullmatch(r"awslambdaric [0-9]+(\.[0-9]+)+", found["the Lambda runtime"])
