"""The pipeline delivers what comes to the main branch of its repository, and nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from pipeline.plan.delivery import DELIVERY
from tests.unit.pipeline.gates.guard.pipelines import action, in_configuration, pipeline, stage
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, found, look, release

RULE = "source_is_the_main_branch"
OURS = DELIVERY.source
ANOTHER = next(each for each in ("main", "master") if each != OURS.branch)
"""A branch that could be delivered, and is not the plan's."""


def source(**values: Any) -> Change:
    return in_configuration("Source", "source", **values)


def triggered(**git: Any) -> Change:
    return pipeline(Triggers=[{"ProviderType": "CodeStarSourceConnection", "GitConfiguration": git}])


def two_sources(document: Template) -> None:
    stage(document, "Source")["Actions"].append({**action(document, "Source", "source"), "Name": "other"})


def from_a_bucket(document: Template) -> None:
    action(document, "Source", "source")["ActionTypeId"]["Provider"] = "S3"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (source(BranchName="develop"), "it delivers the branch develop"),
        (source(BranchName="*"), "it delivers the branch *"),
        (source(BranchName="#{variables.branch}"), "it delivers the branch #{variables.branch}"),
        (source(BranchName=ANOTHER), f"it delivers {ANOTHER}: the plan says {OURS.branch}"),
        (source(FullRepositoryId="somebody/orders"), f"it delivers somebody/orders: the plan says {OURS.repository}"),
        (source(DetectChanges=False), "it does not see what comes to the branch"),
        (source(DetectChanges="false"), "it does not see what comes to the branch"),
        (from_a_bucket, "it is read by S3"),
        (two_sources, "it has 2 sources"),
        (triggered(PullRequest=[{"Events": ["OPEN"]}]), "a pull request starts it"),
        (triggered(Push=[{"Branches": {"Includes": [OURS.branch, "feature/*"]}}]), "a push to feature/* starts it"),
        (triggered(Push=[{"Branches": {"Excludes": [OURS.branch]}}]), f"a push to {OURS.branch} does not start it"),
        (triggered(Push=[{"Tags": {"Includes": ["v*"]}}]), "a tag starts it"),
        (pipeline(Variables=[{"Name": "branch"}]), "whoever starts it chooses its branch"),
    ],
)
def test_a_source_that_nobody_reviews_is_told(real: Assembly, change: Change, told: str) -> None:
    findings = found(RULE, release(edited(real, "pipeline", change)))
    assert any(told in each.what and each.where.startswith("pipeline:Delivery") for each in findings)


def planned(**source: Any) -> Any:
    return replace(DELIVERY, source=replace(DELIVERY.source, **source))


@pytest.mark.parametrize(
    ("change", "plan", "told"),
    [
        (source(BranchName=ANOTHER), planned(branch=ANOTHER), f"BranchName was {OURS.branch}, is {ANOTHER}"),
        (source(FullRepositoryId="a/b"), planned(repository="a/b"), f"FullRepositoryId was {OURS.repository}, is a/b"),
        (source(ConnectionArn="arn:other"), planned(connection_arn="arn:other"), "ConnectionArn was arn:aws"),
    ],
)
def test_a_source_does_not_change_with_its_plan(real: Assembly, change: Change, plan: Any, told: str) -> None:
    findings = found(RULE, release(edited(real, "pipeline", change), real, plan))
    assert any(told in each.what for each in findings)


def test_a_branch_that_anybody_may_push_to_is_told_whatever_the_plan_says(real: Assembly) -> None:
    bad = edited(real, "pipeline", source(BranchName="next"))
    (told,) = found(RULE, release(bad, plan=planned(branch="next")))
    assert "it delivers the branch next, which is none of main, master, trunk" in told.what


@pytest.mark.parametrize(
    "change",
    [
        source(DetectChanges=True),
        source(OutputArtifactFormat="CODEBUILD_CLONE_REF"),
        triggered(Push=[{"Branches": {"Includes": [OURS.branch]}, "FilePaths": {"Excludes": ["*.md"]}}]),
    ],
)
def test_the_same_branch_by_other_words_is_welcome(real: Assembly, change: Change) -> None:
    assert found(RULE, release(edited(real, "pipeline", change), real)) == ()


def test_a_branch_that_was_always_delivered_stays_one(real: Assembly) -> None:
    same = edited(real, "pipeline", source(BranchName="release"))
    assert found(RULE, release(same, same, planned(branch="release"))) == ()


def test_the_release_as_it_is_delivers_main(real: Assembly) -> None:
    assert (found(RULE, release(real, real)), look(RULE, release(real)).checked) == ((), 2)
