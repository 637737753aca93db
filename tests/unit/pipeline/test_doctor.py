"""The doctor says what is missing and what to do."""

import sys
from pathlib import Path

from pipeline.doctor import Check, checks, report


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
