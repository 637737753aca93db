"""A function's code is the same file in every stage."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, release

RULE = "artifact_is_the_same_in_every_stage"


def code(**values: Any) -> Change:
    def change(document: Template) -> None:
        first(document, "Lambda::Function", "OrdersFunction")["Properties"]["Code"] = values

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (code(S3Bucket="b", S3Key=f"{'0' * 64}.zip"), f"its code is {'0' * 64}.zip, but "),
        (code(S3Bucket="b", S3Key="latest.zip"), "its code is latest.zip, no asset that goes by its digest"),
        (code(ZipFile="def handler(event, _): ..."), "its code is null, no asset"),
        (code(ImageUri="1.dkr.ecr.eu-west-1.amazonaws.com/orders:latest"), "its code is null, no asset"),
    ],
)
def test_code_that_was_not_tried_is_told(real: Assembly, change: Change, told: str) -> None:
    (finding,) = found(RULE, release(edited(real, "prod/orders", change)))
    assert finding.where.startswith("prod/orders:OrdersFunction")
    assert told in finding.what


def test_one_version_of_an_object_is_no_digest(real: Assembly) -> None:
    def version(document: Template) -> None:
        first(document, "Lambda::Function", "OrdersFunction")["Properties"]["Code"]["S3ObjectVersion"] = "7"

    (told,) = found(RULE, release(edited(real, "gamma/orders", version)))
    assert "one version of an object" in told.what


def test_new_code_in_all_stages_is_welcome(real: Assembly) -> None:
    new = real
    for stage in real.stages:
        new = edited(new, f"{stage}/orders", code(S3Bucket="b", S3Key=f"{'a' * 64}.zip"))
    assert found(RULE, release(new, real)) == ()


def test_the_release_as_it_is_runs_one_artifact(real: Assembly) -> None:
    assert found(RULE, release(real, real)) == ()
    assert look(RULE, release(real)).checked > 80
