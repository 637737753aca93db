"""A message stays hidden for as long as its consumer may work at it."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Template, edited, first, found, look, release

RULE = "queue_outlasts_its_consumer"


def queue(document: Template) -> Any:
    return first(document, "SQS::Queue", "FulfilmentQueue74D")["Properties"]


def function(document: Template) -> Any:
    return first(document, "Lambda::Function", "FulfilmentFunction")["Properties"]


def shorter(document: Template) -> None:
    queue(document)["VisibilityTimeout"] = 90


def unsaid(document: Template) -> None:
    del queue(document)["VisibilityTimeout"]


def slower(document: Template) -> None:
    function(document)["Timeout"] = 60


def gathered(document: Template) -> None:
    first(document, "Lambda::EventSourceMapping", "Fulfilment")["Properties"]["MaximumBatchingWindowInSeconds"] = 60


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (shorter, "hidden for 90 s, of 180 s that FulfilmentFunctionC1231DFE with its 30 s wants"),
        (unsaid, "hidden for 30 s, of 180 s"),
        (slower, "hidden for 180 s, of 360 s"),
        (gathered, "hidden for 180 s, of 240 s"),
    ],
)
def test_a_message_that_comes_back_too_soon_is_told(real: Assembly, change: Any, told: str) -> None:
    (finding,) = found(RULE, release(edited(real, "prod/orders", change)))
    assert told in finding.what


def test_a_time_that_is_not_known_is_told(real: Assembly) -> None:
    def unknown(document: Template) -> None:
        function(document)["Timeout"] = {"Ref": "Seconds"}

    (finding,) = found(RULE, release(edited(real, "prod/orders", unknown)))
    assert "nobody can compare: ${Seconds}" in finding.what


def test_more_time_for_both_is_welcome(real: Assembly) -> None:
    def both(document: Template) -> None:
        function(document)["Timeout"] = 60
        queue(document)["VisibilityTimeout"] = 360

    assert found(RULE, release(edited(real, "prod/orders", both), real)) == ()
    assert look(RULE, release(real)).checked == 24
