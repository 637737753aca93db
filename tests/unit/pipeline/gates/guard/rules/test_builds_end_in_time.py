"""A build ends, and soon."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.pipelines import project
from tests.unit.pipeline.gates.guard.templates import Template, edited, found, look, release

RULE = "builds_end_in_time"


def timed(real: Assembly, starting: str, **values: Any) -> Assembly:
    def change(document: Template) -> None:
        project(document, starting).update(values)

    return edited(real, "pipeline", change)


@pytest.mark.parametrize("minutes", [None, 480, 61, 0, "forever"])
def test_a_gate_that_may_hang_is_told(real: Assembly, minutes: Any) -> None:
    (told,) = found(RULE, release(timed(real, "DeliveryBuildunit", TimeoutInMinutes=minutes), real))
    assert told.where.startswith("pipeline:DeliveryBuildunit")
    assert "its time in minutes was 10" in told.what


def test_a_build_that_waits_for_ever_to_begin_is_told(real: Assembly) -> None:
    (told,) = found(RULE, release(timed(real, "PipelineAssets", QueuedTimeoutInMinutes=481)))
    assert "it waits 481 minutes to begin" in told.what


@pytest.mark.parametrize(
    ("starting", "minutes"), [("DeliveryBuildunit", 30), ("PipelineAssets", 15), ("Deliverybeta", "60")]
)
def test_more_or_less_time_is_welcome(real: Assembly, starting: str, minutes: Any) -> None:
    good = release(timed(real, starting, TimeoutInMinutes=minutes), real)
    assert (found(RULE, good), look(RULE, good).checked) == ((), look(RULE, release(real)).checked)
