"""CodeDeploy always gets its answer."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.stub import Stubber

from pipeline.hooks.answer import HookEvent, Refused, answer

if TYPE_CHECKING:
    from mypy_boto3_codedeploy import CodeDeployClient

EVENT: HookEvent = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "hook-1"}


@pytest.fixture
def codedeploy() -> "CodeDeployClient":
    return boto3.client("codedeploy", region_name="eu-west-1", aws_access_key_id="test", aws_secret_access_key="test")


@pytest.fixture
def told(codedeploy: "CodeDeployClient") -> Iterator[Callable[[str], None]]:
    """Say which status CodeDeploy is to be told; the test fails if it is not."""
    with Stubber(codedeploy) as stub:

        def expect(status: str) -> None:
            stub.add_response(
                "put_lifecycle_event_hook_execution_status",
                {"lifecycleEventHookExecutionId": "hook-1"},
                {"deploymentId": "d-1", "lifecycleEventHookExecutionId": "hook-1", "status": status},
            )

        yield expect
        stub.assert_no_pending_responses()


def test_checks_that_find_nothing_succeed(codedeploy: "CodeDeployClient", told: Callable[[str], None]) -> None:
    told("Succeeded")
    assert answer(codedeploy, EVENT, lambda: "{}") == {"status": "Succeeded", "reasons": [], "evidence": "{}"}


def test_a_refusal_is_told_and_goes_no_further(codedeploy: "CodeDeployClient", told: Callable[[str], None]) -> None:
    def check() -> str:
        raise Refused(["GET /v1/health: answered 500, promised 200"], "{}")

    told("Failed")
    assert answer(codedeploy, EVENT, check) == {
        "status": "Failed",
        "reasons": ["GET /v1/health: answered 500, promised 200"],
        "evidence": "{}",
    }


def test_an_answer_that_nobody_waits_for_any_more_is_no_error(codedeploy: "CodeDeployClient") -> None:
    with Stubber(codedeploy) as stub:
        stub.add_client_error(
            "put_lifecycle_event_hook_execution_status", "LifecycleEventAlreadyCompletedException", "has completed"
        )
        assert answer(codedeploy, EVENT, str) == {"status": "Succeeded", "reasons": [], "evidence": ""}


def test_an_answer_that_codedeploy_does_not_take_is_an_error(codedeploy: "CodeDeployClient") -> None:
    with Stubber(codedeploy) as stub:
        stub.add_client_error("put_lifecycle_event_hook_execution_status", "DeploymentDoesNotExistException", "d-1")
        with pytest.raises(ClientError, match="d-1"):
            answer(codedeploy, EVENT, str)


@pytest.mark.parametrize(
    "problem",
    [
        TimeoutError("Lambda did not answer"),
        ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, "Invoke"),
        ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "DescribeAlarms"),
        EndpointConnectionError(endpoint_url="https://monitoring.example"),
        KeyError("NO_TRAFFIC"),
        ValueError("PROBES is empty"),
        MemoryError(),
    ],
    ids=lambda problem: type(problem).__name__,
)
def test_a_hook_that_breaks_still_answers_failed(
    codedeploy: "CodeDeployClient", told: Callable[[str], None], problem: Exception
) -> None:
    """What could not be asked has not been answered: taken for a yes, it shifts traffic to what nobody tried."""

    def check() -> str:
        raise problem

    told("Failed")
    assert answer(codedeploy, EVENT, check) == {
        "status": "Failed",
        "reasons": [f"the hook itself broke: {problem!r}"],
        "evidence": "",
    }


def test_a_refusal_keeps_every_reason() -> None:
    refused = Refused(["one", "two"])
    assert (refused.reasons, str(refused)) == (["one", "two"], "one; two")
