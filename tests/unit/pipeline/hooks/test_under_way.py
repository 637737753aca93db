"""Where a deployment stands: what CodeDeploy tells of its one target."""

from typing import Any

import pytest
from botocore.stub import Stubber

from pipeline.hooks.under_way import NotTold, UnderWay, under_way
from tests.unit.pipeline.hooks.world import ALIAS, BEGAN, DEPLOYMENT, FUNCTION, SESSION, CodeDeploy, event


def target(status: str, *events: Any) -> dict[str, Any]:
    return {
        "deploymentTarget": {
            "deploymentTargetType": "LambdaTarget",
            "lambdaTarget": {
                "deploymentId": DEPLOYMENT,
                "status": status,
                "lifecycleEvents": list(events),
                "lambdaFunctionInfo": {"functionName": FUNCTION, "currentVersion": "7", "targetVersion": "8"},
            },
        }
    }


def told(document: dict[str, Any]) -> UnderWay:
    client = SESSION.client("codedeploy")
    with Stubber(client) as stub:
        name = f"{FUNCTION}:{ALIAS}"
        stub.add_response("list_deployment_targets", {"targetIds": [name]}, {"deploymentId": DEPLOYMENT})
        stub.add_response("get_deployment_target", document, {"deploymentId": DEPLOYMENT, "targetId": name})
        return under_way(client, DEPLOYMENT)


def test_a_shift_that_has_begun_tells_since_when_and_between_which_versions() -> None:
    found = told(target("InProgress", event("BeforeAllowTraffic", BEGAN - 20), event("AllowTraffic", BEGAN)))
    assert found == UnderWay("7", "8", asked=BEGAN - 20, began=BEGAN, over=False)


def test_before_traffic_shifts_there_is_no_beginning() -> None:
    assert told(target("Pending", event("BeforeAllowTraffic", BEGAN), event("AllowTraffic", None))).began is None


@pytest.mark.parametrize(
    ("status", "over"),
    [
        ("Pending", False),
        ("InProgress", False),
        ("Ready", False),
        ("Unknown", False),
        ("Succeeded", True),
        ("Failed", True),
        ("Skipped", True),
    ],
)
def test_a_deployment_is_over_once_its_target_has_ended(status: str, over: bool) -> None:
    """API reference, `LambdaTarget`: these are all that a target's status may be."""
    assert told(target(status, event("BeforeAllowTraffic", BEGAN))).over is over


@pytest.mark.parametrize("status", ["Succeeded", "Failed", "Skipped"])
def test_what_has_left_its_last_hook_is_over_whatever_its_target_says(status: str) -> None:
    last = {**event("AfterAllowTraffic", BEGAN), "status": status}
    assert told(target("Unknown", event("BeforeAllowTraffic", BEGAN), last)).over


def test_a_deployment_without_a_time_can_not_be_watched() -> None:
    with pytest.raises(NotTold, match="does not tell since when it is under way, and to what"):
        told(target("InProgress", event("AllowTraffic", None)))


@pytest.mark.parametrize("answer", [{}, {"deploymentTarget": {}}, {"deploymentTarget": {"lambdaTarget": {}}}])
def test_an_answer_that_leaves_things_out_is_no_answer(answer: dict[str, Any]) -> None:
    with pytest.raises(NotTold):
        told(answer)


def test_a_deployment_without_a_target_is_not_told() -> None:
    client = SESSION.client("codedeploy")
    with Stubber(client) as stub:
        stub.add_response("list_deployment_targets", {"targetIds": []}, {"deploymentId": DEPLOYMENT})
        with pytest.raises(NotTold, match="has 0 targets"):
            under_way(client, DEPLOYMENT)


def test_the_tests_deployment_is_told_like_codedeploys() -> None:
    codedeploy: Any = CodeDeploy()
    assert under_way(codedeploy, DEPLOYMENT) == UnderWay("7", "8", asked=BEGAN - 20, began=BEGAN, over=False)
