"""cdk-nag through the CDK's own way: what is acknowledged passes, anything else fails the synthesis."""

from pathlib import Path

import pytest
from aws_cdk import App, Stack, aws_s3

from pipeline.cloud.acknowledged import Acknowledged
from pipeline.cloud.assembly import InvalidAssembly, Validated
from pipeline.cloud.findings import Finding, Judged, judge
from pipeline.cloud.nag import check_at_synthesis, find

NO_LOGS = Acknowledged(("AwsSolutions-S1",), ("store/*/Resource",), "nobody reads this bucket")
NO_TLS = Acknowledged(("AwsSolutions-S10",), ("store/*/Resource",), "nobody writes to it either")


@pytest.fixture
def app(tmp_path: Path) -> App:
    """An app with a bucket that has no logs and takes plain HTTP."""
    made = App(outdir=str(tmp_path))
    aws_s3.Bucket(Stack(made, "store"), "Bucket")
    return made


def test_everything_is_found_before_anything_is_acknowledged(app: App) -> None:
    assert [(finding.rule, finding.where) for finding in find(app)] == [
        ("AwsSolutions-S1", "store/Bucket/Resource"),
        ("AwsSolutions-S10", "store/Bucket/Resource"),
    ]


def test_what_is_acknowledged_passes(app: App) -> None:
    judged = judge(find(app), [NO_LOGS, NO_TLS])
    check_at_synthesis(app, judged)
    app.synth()
    assert (judged.open, judged.unused) == ((), ())


def test_what_is_not_acknowledged_fails_the_synthesis(app: App) -> None:
    check_at_synthesis(app, judge(find(app), [NO_LOGS]))
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()


def test_an_invalid_assembly_says_where_and_what() -> None:
    finding = Finding("AwsSolutions-S10", "store/Bucket/Resource", "Use TLS.", "error")
    with pytest.raises(InvalidAssembly, match=r"^store/Bucket/Resource: AwsSolutions-S10: Use TLS\.$"):
        Validated(Judged((finding,), (), ()), failure="ValidationFailed").raise_if_open()


def test_a_finding_of_the_cdks_own_validator_makes_it_invalid_as_well() -> None:
    with pytest.raises(InvalidAssembly, match="ValidationFailed: see the report"):
        Validated(Judged((), (), ()), failure="ValidationFailed: see the report").raise_if_open()


def test_a_valid_assembly_raises_nothing() -> None:
    Validated(Judged((), (), ()), failure=None).raise_if_open()
