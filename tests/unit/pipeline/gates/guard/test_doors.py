"""How the API keeps what the contract promises of who may ask, as data."""

from pathlib import Path

import pytest

from pipeline.gates.context import GateBroke
from pipeline.gates.guard import doors
from pipeline.gates.guard.facts.promise import promised
from tests.unit.pipeline.gates.guard.templates import ROOT, real_promise

PUBLIC = '[[public]]\noperation = "GET /v1/health"\nreason = "{}"\n'


def written(root: Path, text: str) -> Path:
    file = root / doors.FILE
    file.parent.mkdir(parents=True)
    file.write_text(text)
    return root


def test_each_public_operation_is_listed_once_and_promised() -> None:
    listed = [each.operation for each in doors.read(ROOT).public]
    public = [route for route, operation in promised(real_promise()).items() if operation.is_public]
    assert sorted(listed) == sorted(public)


def test_without_the_file_nothing_is_public(tmp_path: Path) -> None:
    assert not doors.read(tmp_path).is_public("GET /v1/health")


def test_a_listed_operation_is_public(tmp_path: Path) -> None:
    assert doors.read(written(tmp_path, PUBLIC.format("Monitors ask it often"))).is_public("GET /v1/health")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (PUBLIC.format("because"), "a reason is a sentence"),
        ("[[public]]\n", "public.0.operation"),
        ("[scheme.customer]\nauthorisation = 'NONE'\n", "scheme.customer"),
        ("[[", "doors.toml"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_our_failure(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(GateBroke, match=told):
        doors.read(written(tmp_path, text))
