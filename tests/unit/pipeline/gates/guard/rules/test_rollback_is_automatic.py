"""A rollout that fails, is stopped or is in alarm goes back by itself."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Template, edited, first, found, look, release

RULE = "rollback_is_automatic"
EVENTS = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST", "DEPLOYMENT_STOP_ON_ALARM"]


def rolling_back(real: Assembly, configuration: Any) -> Assembly:
    def change(document: Template) -> None:
        group = first(document, "CodeDeploy::DeploymentGroup", "RolloutOrders")
        group["Properties"]["AutoRollbackConfiguration"] = configuration

    return edited(real, "prod/orders", change)


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_that_is_left_out_is_told(real: Assembly, event: str) -> None:
    bad = rolling_back(real, {"Enabled": True, "Events": [each for each in EVENTS if each != event]})
    (told,) = found(RULE, release(bad))
    assert told.where.startswith("prod/orders:RolloutOrdersGroup")
    assert f"nothing is rolled back on {event}" in told.what


def test_a_rollback_that_is_switched_off_is_told_with_what_was(real: Assembly) -> None:
    (told,) = found(RULE, release(rolling_back(real, {"Enabled": False, "Events": EVENTS}), real))
    assert "was true, is false" in told.what


@pytest.mark.parametrize("configuration", [None, {}, "yes", {"Enabled": True}])
def test_a_rollback_that_is_not_there_is_told(real: Assembly, configuration: Any) -> None:
    assert len(found(RULE, release(rolling_back(real, configuration)))) >= 3


def test_the_release_as_it_is_rolls_back(real: Assembly) -> None:
    assert (found(RULE, release(real, real)), look(RULE, release(real)).checked) == ((), 15)


def test_the_order_of_the_events_says_nothing(real: Assembly) -> None:
    assert found(RULE, release(rolling_back(real, {"Enabled": True, "Events": EVENTS[::-1]}))) == ()
