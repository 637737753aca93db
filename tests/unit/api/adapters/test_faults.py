"""Which errors pass by themselves, and what a log says of any."""

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from api.adapters.faults import described, passes_by_itself
from api.adapters.sources import NotTold


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "secret text"}}, "PutItem")


def wrapped(error: Exception) -> Exception:
    outer = RuntimeError("a library's own")
    outer.__cause__ = error
    return outer


@pytest.mark.parametrize(
    "error",
    [
        refused("ThrottlingException"),
        refused("ProvisionedThroughputExceededException"),
        refused("InternalServerError"),
        ReadTimeoutError(endpoint_url="http://127.0.0.1"),
        ConnectTimeoutError(endpoint_url="http://127.0.0.1"),
        EndpointConnectionError(endpoint_url="http://127.0.0.1"),
        wrapped(refused("RequestLimitExceeded")),
        wrapped(wrapped(ReadTimeoutError(endpoint_url="http://127.0.0.1"))),
    ],
)
def test_throttling_and_time_outs_pass(error: Exception) -> None:
    assert passes_by_itself(error)


@pytest.mark.parametrize(
    "error", [refused("ValidationException"), refused("AccessDeniedException"), ValueError(), wrapped(KeyError()), None]
)
def test_our_own_mistakes_do_not(error: Exception | None) -> None:
    assert not passes_by_itself(error)


def test_a_log_says_what_kind_of_error_it_was_and_nothing_of_its_text() -> None:
    assert described(refused("ValidationException")) == {
        "error": "ClientError",
        "aws_code": "ValidationException",
        "aws_operation": "PutItem",
    }
    assert described(ValueError("secret text")) == {"error": "ValueError"}


def test_a_log_says_which_variable_a_function_was_not_told_and_for_which_need_it_would_be() -> None:
    said = {"error": "NotTold", "variable": "INVOICES_BUCKET_NAME", "need": "invoices"}
    assert described(NotTold("INVOICES_BUCKET_NAME", "invoices")) == said
    assert described(NotTold("STAGE", "")) == {"error": "NotTold", "variable": "STAGE"}
