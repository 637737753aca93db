"""Releases follow one another through the pipeline."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.pipelines import pipeline
from tests.unit.pipeline.gates.guard.templates import Change, edited, found, look, release

RULE = "pipeline_runs_one_at_a_time"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (pipeline(ExecutionMode="PARALLEL"), "was QUEUED, is PARALLEL"),
        (pipeline(ExecutionMode=None), "was QUEUED, is nothing"),
        (pipeline(PipelineType="V1"), "was V2, is V1"),
        (pipeline(PipelineType=None), "was V2, is nothing"),
        (pipeline(RestartExecutionOnUpdate=False), "was true, is false"),
    ],
)
def test_a_pipeline_that_lets_releases_meet_is_told(real: Assembly, change: Change, told: str) -> None:
    (finding,) = found(RULE, release(edited(real, "pipeline", change), real))
    assert finding.where.startswith("pipeline:Delivery")
    assert told in finding.what


def test_a_newer_release_may_overtake(real: Assembly) -> None:
    good = release(edited(real, "pipeline", pipeline(ExecutionMode="SUPERSEDED")), real)
    assert (found(RULE, good), look(RULE, good).checked) == ((), 1)
