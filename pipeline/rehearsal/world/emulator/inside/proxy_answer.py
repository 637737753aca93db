"""What a function must return behind a Lambda proxy integration of a REST API, and what becomes of anything else.

Source: API Gateway Developer Guide, "Output format of a Lambda function for proxy integration": an object with
`statusCode`, and optionally `headers`, `multiValueHeaders`, `body` (a string) and `isBase64Encoded`; "if the function
output is of a different format, API Gateway returns a 502 Bad Gateway error response".
"""

from collections.abc import Mapping


def malformed(returned: object) -> str | None:
    """What is wrong with it, None when nothing is."""
    if not isinstance(returned, Mapping):
        return f"it returned {type(returned).__name__}, not an object"
    if fault := _status_fault(returned.get("statusCode")):
        return fault
    body = returned.get("body")
    if body is not None and not isinstance(body, str):
        return f"its body is {type(body).__name__}, not a string"
    for name in ("headers", "multiValueHeaders"):
        if not isinstance(returned.get(name) or {}, Mapping):
            return f"its {name} are no object"
    return None


def _status_fault(status: object) -> str | None:
    if isinstance(status, str) and status.isdecimal():
        status = int(status)
    if isinstance(status, bool) or not isinstance(status, int):
        return f"its statusCode is {status!r}"
    return None if 100 <= status <= 599 else f"its statusCode is {status}"
