"""Documents for what did not return."""

import json

import pytest

from pipeline.rehearsal.world.lambda_runtime.outcome import End, Outcome
from pipeline.rehearsal.world.lambda_runtime.process import describe_exit


@pytest.mark.parametrize(
    ("outcome", "error_type", "message"),
    [
        (Outcome(End.TIMED_OUT), "Sandbox.Timedout", "RequestId: r1 Error: Task timed out after 3.00 seconds"),
        (
            Outcome(End.OUT_OF_MEMORY),
            "Runtime.OutOfMemory",
            "RequestId: r1 Error: Runtime exited with error: signal: killed",
        ),
        (
            Outcome(End.EXITED, reason="exit status 1"),
            "Runtime.ExitError",
            "RequestId: r1 Error: Runtime exited with error: exit status 1",
        ),
        (
            Outcome(End.EXITED),
            "Runtime.ExitError",
            "RequestId: r1 Error: Runtime exited without providing a reason",
        ),
        (
            Outcome(End.TOO_LARGE),
            "Function.ResponseSizeTooLarge",
            "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
        ),
    ],
)
def test_lambda_speaks_for_a_runtime_that_did_not(outcome: Outcome, error_type: str, message: str) -> None:
    assert json.loads(outcome.document("r1", 3)) == {"errorType": error_type, "errorMessage": message}
    assert not outcome.reusable


@pytest.mark.parametrize("payload", [b"", b"[]", b'{"errorType": 1}', b"\xff"])
def test_an_error_document_that_names_no_type_is_unknown(payload: bytes) -> None:
    assert Outcome(End.RAISED, payload).error_type == "Runtime.Unknown"


def test_what_the_runtime_sent_is_passed_on_unchanged() -> None:
    raised = Outcome(End.RAISED, b'{"errorType":"KeyError"}')
    assert (raised.document("r1", 3), raised.error_type) == (b'{"errorType":"KeyError"}', "KeyError")
    assert (Outcome(End.RETURNED, b"1").document("r1", 3), Outcome(End.RETURNED, b"1").error_type) == (b"1", None)


@pytest.mark.parametrize(
    ("returncode", "text"),
    [
        (0, ""),
        (1, "exit status 1"),
        (-9, "signal: killed"),
        (-11, "signal: segmentation fault"),
        (-64, "signal: signal 64"),
    ],
)
def test_exits_are_described_in_lambdas_words(returncode: int, text: str) -> None:
    assert describe_exit(returncode) == text
