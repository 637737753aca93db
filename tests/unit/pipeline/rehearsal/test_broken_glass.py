"""A flag by which checks hold nothing up is told at the beginning of every run, once for each stage."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.rehearsal.broken_glass import broken_glass
from pipeline.rehearsal.read.assembly import read_assembly
from tests.unit.pipeline.rehearsal.making import write_assembly

FLAG = json.dumps({"since": "2026-11-28T12:00Z", "until": "2026-11-28T18:00Z", "reason": "all is down", "owner": "ada"})


def hook(**variables: Any) -> dict[str, Any]:
    return {"Type": "AWS::Lambda::Function", "Properties": {"Environment": {"Variables": variables}}}


def told(folder: Path, **templates: dict[str, Any]) -> tuple[str, ...]:
    resources = {name: {"Resources": each} for name, each in templates.items()}
    return broken_glass(read_assembly(write_assembly(folder, resources)))


def test_a_stage_whose_hooks_know_of_one_is_told_once(tmp_path: Path) -> None:
    broken = {"Before": hook(BREAK_GLASS=FLAG), "After": hook(BREAK_GLASS=FLAG)}
    assert told(tmp_path, prod=broken, beta={"Before": hook(STAGE="beta")}) == (
        "BREAK-GLASS in prod until 2026-11-28T18:00Z: no alarm stops its rollouts, and a version that nobody asked "
        "goes on; all is down (ada)",
    )


@pytest.mark.parametrize("flag", ["yes", "{}", "[1]"])
def test_one_that_can_not_be_read_is_told_as_it_stands(tmp_path: Path, flag: str) -> None:
    (text,) = told(tmp_path, prod={"Before": hook(BREAK_GLASS=flag)})
    assert text.startswith(f"BREAK-GLASS in prod until {flag}: ")


@pytest.mark.parametrize("function", [{"Type": "AWS::Lambda::Function"}, hook(), hook(STAGE="prod")])
def test_where_nothing_is_broken_nothing_is_told(tmp_path: Path, function: dict[str, Any]) -> None:
    assert told(tmp_path, prod={"Before": function}) == ()
