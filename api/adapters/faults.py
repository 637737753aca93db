"""Which errors of AWS pass by themselves."""

from typing import Final

from api.adapters.sources import NotTold

_PASSING_CODES: Final = {
    "InternalServerError",
    "InternalServiceError",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionInProgressException",
}


def passes_by_itself(error: BaseException | None) -> bool:
    """True for throttling, time-outs and failed connections, also where a library has wrapped them."""
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # here, as the import costs 150 ms

    while error is not None:
        if isinstance(error, (ConnectionError, HTTPClientError)):
            return True
        if isinstance(error, ClientError):
            return error.response.get("Error", {}).get("Code") in _PASSING_CODES
        error = error.__cause__ or error.__context__
    return False


def described(error: BaseException) -> dict[str, str]:
    """What a log may say of an error: its type, AWS's code and operation, the variable that the stack did not set.

    Never its message, which may hold data.
    """
    response = getattr(error, "response", None)
    code = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
    operation = getattr(error, "operation_name", None)
    said = {"error": type(error).__name__, "aws_code": code, "aws_operation": operation}
    if isinstance(error, NotTold):
        said |= {"variable": error.variable, "need": error.need}
    return {name: str(value) for name, value in said.items() if value}
