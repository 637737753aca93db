"""A build runs in an image that AWS keeps, or in one that is named by its digest."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.pipelines import project
from tests.unit.pipeline.gates.guard.templates import Template, edited, found, look, release

RULE = "build_image_is_pinned"
DIGEST = f"public.ecr.aws/x/builder@sha256:{'a' * 64}"


def running(real: Assembly, **environment: Any) -> Assembly:
    def change(document: Template) -> None:
        project(document, "DeliveryBuildunit")["Environment"].update(environment)

    return edited(real, "pipeline", change)


@pytest.mark.parametrize(
    "image",
    [
        "somebody/builder",
        "somebody/builder:latest",
        "somebody/builder:1.2",
        "aws/codebuild/standard:latest",
        "aws/codebuild/standard",
        "aws/codebuild.evil/standard:7.0",
        f"somebody/builder@sha256:{'a' * 12}",
        None,
        {"Ref": "Image"},
    ],
)
def test_an_image_that_may_be_another_tomorrow_is_told(real: Assembly, image: Any) -> None:
    (told,) = found(RULE, release(running(real, Image=image), real))
    assert told.where.startswith("pipeline:DeliveryBuildunit")
    assert "its image was aws/codebuild/standard:7.0, is " in told.what


def test_a_registry_of_its_own_is_told(real: Assembly) -> None:
    (told,) = found(RULE, release(running(real, RegistryCredential={"Credential": "x"})))
    assert "from a registry of its own" in told.what


@pytest.mark.parametrize("image", ["aws/codebuild/amazonlinux2-aarch64-standard:3.0", DIGEST])
def test_a_newer_image_of_aws_and_a_digest_are_welcome(real: Assembly, image: str) -> None:
    good = release(running(real, Image=image, ComputeType="BUILD_GENERAL1_LARGE"), real)
    assert (found(RULE, good), look(RULE, good).checked) == ((), look(RULE, release(real)).checked)
