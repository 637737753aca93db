"""No build runs privileged."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.pipelines import project
from tests.unit.pipeline.gates.guard.templates import (
    Template,
    assembly,
    edited,
    found,
    look,
    release,
    resource,
    subject,
)

RULE = "build_is_unprivileged"


@pytest.mark.parametrize("value", [True, "true", {"Ref": "Privileged"}])
def test_a_privileged_build_is_told(real: Assembly, value: Any) -> None:
    def change(document: Template) -> None:
        project(document, "DeliveryBuildassemble")["Environment"]["PrivilegedMode"] = value

    (told,) = found(RULE, release(edited(real, "pipeline", change), real))
    assert told.where.startswith("pipeline:DeliveryBuildassemble")
    assert "it is privileged: was false, is " in told.what


def test_a_build_in_a_stage_is_looked_at_too() -> None:
    build = resource("CodeBuild::Project", Environment={"PrivilegedMode": True})
    told = found(RULE, subject(assembly(prod={"Job": build}, pipeline={"Build": resource("CodeBuild::Project")})))
    assert [each.where.split()[0] for each in told] == ["prod/orders:Job"]


def test_the_release_as_it_is_runs_without_privileges(real: Assembly) -> None:
    assert found(RULE, release(real, real)) == ()
    assert look(RULE, release(real)).checked >= 14
