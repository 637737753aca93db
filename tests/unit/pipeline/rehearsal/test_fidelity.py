"""What is real, what is emulated and what doesn't run is said; what nobody knows is refused."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.record.events import FidelityNoted, Needs
from pipeline.rehearsal.errors import Unreadable
from pipeline.rehearsal.fidelity import Coverage, Tables, assess
from pipeline.rehearsal.fidelity_tables import tables
from pipeline.rehearsal.read.actions import KINDS
from pipeline.rehearsal.read.assembly import Assembly, read_assembly
from pipeline.rehearsal.runners.cloudformation.changes import STATEFUL
from pipeline.rehearsal.spec import Pipeline, Unexercised
from tests.unit.pipeline.rehearsal.making import build, pipeline, source, write_assembly

TABLES = tables(strict=False)

SMALL = Tables(
    actions={
        "Source/AWS/CodeStarSourceConnection/1": Coverage("real", "the commit"),
        "Build/AWS/CodeBuild/1": Coverage("real", "a shell"),
    },
    resources={"AWS::SNS::Topic": Coverage("emulated", "here"), "AWS::IAM::Role": Coverage("not exercised", "kept")},
    always={"X-Ray": Coverage("not exercised", "nowhere")},
)


def assembly(folder: Path, **types: str) -> tuple[Assembly, Pipeline]:
    """An assembly whose stack `orders` has these resources, and a pipeline in another stack."""
    resources: dict[str, Any] = {name: {"Type": kind} for name, kind in types.items()}
    own = {"Resources": {"Role": {"Type": "AWS::IAM::Role"}, "Topic": {"Type": "AWS::SNS::Topic"}}}
    write_assembly(folder, {"orders": {"Resources": resources}, "pipeline": own})
    made = pipeline(("Source", source()), ("Build", build("unit")))
    template = folder.resolve() / "pipeline.template.json"
    return read_assembly(folder), Pipeline(**{**vars(made), "template": template})


def test_everything_is_told_once_the_truest_first(tmp_path: Path) -> None:
    read, made = assembly(tmp_path, A="AWS::SNS::Topic", B="AWS::SNS::Topic", C="AWS::IAM::Role")
    why = "its pipeline is read and run here; its 2 resources, their roles and keys among them, do no work"
    assert assess(read, made, SMALL) == (
        FidelityNoted("action Build/AWS/CodeBuild/1", "real", "a shell", Needs("action", "Build/CodeBuild")),
        FidelityNoted(
            "action Source/AWS/CodeStarSourceConnection/1",
            "real",
            "the commit",
            Needs("action", "Source/CodeStarSourceConnection"),
        ),
        FidelityNoted("AWS::SNS::Topic", "emulated", "here", Needs("resource", "AWS::SNS::Topic")),
        FidelityNoted("AWS::IAM::Role", "not exercised", "kept"),
        FidelityNoted("X-Ray", "not exercised", "nowhere"),
        FidelityNoted("stack pipeline", "not exercised", why),
    )


def test_what_the_pipeline_asks_for_and_nobody_does_is_told_too(tmp_path: Path) -> None:
    read, made = assembly(tmp_path)
    asking = Pipeline(**{**vars(made), "unexercised": (Unexercised("triggers", "by hand"),)})
    assert FidelityNoted("triggers", "not exercised", "by hand") in assess(read, asking, SMALL)


def test_what_a_table_needs_stands_before_what_the_kind_itself_would(tmp_path: Path) -> None:
    read, made = assembly(tmp_path, A="AWS::SNS::Topic", C="AWS::IAM::Role")
    topic = {"AWS::SNS::Topic": Coverage("real", "ours", Needs("rollout"))}
    needs = {
        note.subject: note.needs for note in assess(read, made, Tables(SMALL.actions, {**SMALL.resources, **topic}))
    }
    assert needs["AWS::SNS::Topic"] == Needs("rollout")
    assert needs["AWS::IAM::Role"] == Needs()  # however far a run comes, it is not exercised


def test_codedeploy_and_alarms_need_a_version_that_moves() -> None:
    needs = {subject: coverage.needs for subject, coverage in TABLES.resources.items() if coverage.needs}
    assert {subject.split("::")[1]: needed.what for subject, needed in needs.items()} == {
        "CodeDeploy": "rollout",
        "CloudWatch": "alarm",
    }


def test_every_unknown_kind_is_named(tmp_path: Path) -> None:
    read, made = assembly(tmp_path, A="AWS::Odd::Thing", B="AWS::SNS::Topic", C="AWS::Even::Thing")
    unknown = Tables({"Build/AWS/CodeBuild/1": Coverage("real", "")}, SMALL.resources)
    with pytest.raises(Unreadable) as refused:
        assess(read, made, unknown)
    assert [problem.what for problem in refused.value.problems] == [
        "nothing is known of the action type Source/AWS/CodeStarSourceConnection/1",
        "nothing is known of the resource type AWS::Odd::Thing",
        "nothing is known of the resource type AWS::Even::Thing",
    ]


def test_an_unknown_resource_of_the_pipelines_own_stack_is_named_too(tmp_path: Path) -> None:
    read, made = assembly(tmp_path)
    with pytest.raises(Unreadable, match="nothing is known of the resource type AWS::SNS::Topic"):
        assess(read, made, Tables(SMALL.actions, {"AWS::IAM::Role": Coverage("real", "")}))


def test_the_tables_list_exactly_the_actions_that_are_read() -> None:
    assert set(TABLES.actions) == set(KINDS)


def test_every_entry_says_why() -> None:
    entries = {**TABLES.actions, **TABLES.resources, **TABLES.always}
    assert [subject for subject, coverage in entries.items() if not coverage.why] == []


def test_what_holds_data_is_spelt_like_a_resource_type() -> None:
    assert [kind for kind in STATEFUL if kind.count("::") != 2 or not kind.startswith("AWS::")] == []


def test_where_iam_is_enforced_its_resources_are_emulated_and_nothing_else_is_told_otherwise() -> None:
    strict = tables(strict=True)
    differing = {name for name, told in strict.resources.items() if told != TABLES.resources[name]}
    assert differing == {"AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::S3::BucketPolicy"}
    assert {strict.resources[name].level for name in differing} == {"emulated"}
    assert strict.always["IAM and KMS grants"].level == "emulated"
    assert set(strict.always) == set(TABLES.always)
