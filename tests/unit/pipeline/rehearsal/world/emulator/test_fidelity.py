"""What is said about each resource type."""

import pytest

from pipeline.rehearsal.world.emulator.fidelity import ALWAYS, RESOURCES, Fidelity


@pytest.mark.parametrize(("name", "fidelity"), [*RESOURCES.items(), *ALWAYS.items()])
def test_everything_has_a_reason_that_reads_as_a_sentence(name: str, fidelity: Fidelity) -> None:
    assert len(fidelity.why) > 8, name
    assert not fidelity.why.endswith("."), name


def test_what_a_canary_stands_on_is_real() -> None:
    needed = ("Lambda::Function", "Lambda::Alias", "CloudWatch::Alarm", "CodeDeploy::DeploymentGroup")
    assert {RESOURCES[f"AWS::{name}"].level for name in needed} == {"real"}


def test_grants_are_never_claimed() -> None:
    for name in ("IAM::Role", "IAM::Policy", "S3::BucketPolicy", "Lambda::Permission"):
        assert RESOURCES[f"AWS::{name}"].level == "not exercised"
