"""What S3 holds a signed request to, and ministack does not.

Beside a link that was signed nothing may be said that was not signed: who has it could otherwise have what is uploaded
by it kept in an archive, tagged, or opened to all. Source: Amazon S3 API reference, "Authenticating Requests: Using
Query Parameters (AWS Signature Version 4)": every x-amz-* header of a request must be signed. S3 answers 403
AccessDenied and names the headers. How the body was digested is no part of it, but a digest that is told must be the
body's (the same reference, "Error responses": XAmzContentSHA256Mismatch, however the request was signed).

Headers of HTTP itself (Cache-Control, Content-Disposition, Content-Encoding) need not be signed, and S3 keeps them with
the object (aws/aws-sdk-js-v3, issue 3906, where such a link works): they are let pass here, too. So whatever is served
from what others uploaded must not be served with the headers that they chose.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pipeline.rehearsal.world.emulator.inside.seams import Seam

MODULE = "ministack.services.s3"
VERIFY = Seam(MODULE, "_verify_presigned_sigv4", ("method", "path", "headers", "query_params"))
ERROR = Seam(MODULE, "_error", ("code", "message", "status", "resource", "extra", "headers"))
HANDLE_PARAMETERS = (
    "method", "path", "headers", "body", "query_params", "signed_path", "enforce_bucket_region", "internal",
    "access_point_region", "access_point",
)  # fmt: skip
HANDLE = Seam(MODULE, "handle_request", HANDLE_PARAMETERS)
SEAMS = (VERIFY, ERROR, HANDLE)

PREFIX = "x-amz-"
DIGEST = "x-amz-content-sha256"
REFUSED = "There were headers present in the request which were not signed"
MISMATCH = "The provided 'x-amz-content-sha256' header does not match what was computed."

type Query = Mapping[str, Any]


def install() -> None:
    """Wrap the seams."""
    VERIFY.wrap(_verifying)
    HANDLE.wrap(_digesting)


def unsigned(headers: Mapping[str, str], signed: str) -> list[str]:
    """The headers that had to be signed and were not, by name; `signed` are the signed ones, by semicolons."""
    known = {DIGEST, *signed.lower().split(";")}
    return sorted(name.lower() for name in headers if name.lower().startswith(PREFIX) and name.lower() not in known)


def other_digest(headers: Mapping[str, str], body: bytes | None) -> tuple[str, str] | None:
    """The body's digest as it was told and as it is, if it was told wrong. Words for a body without one are none."""
    told = next((value for name, value in headers.items() if name.lower() == DIGEST), "")
    if not re.fullmatch("[0-9a-fA-F]{64}", told):
        return None
    computed = hashlib.sha256(body or b"").hexdigest()
    return None if told.lower() == computed else (told, computed)


def _verifying(original: Callable[..., Any]) -> Callable[..., Any]:
    def verify(method: str, path: str, headers: Mapping[str, str], query_params: Query) -> Any:
        refused = original(method, path, headers, query_params)
        told = {name.lower(): value[0] if isinstance(value, list) else value for name, value in query_params.items()}
        if refused is not None or "x-amz-signature" not in told:
            return refused
        beside = unsigned(headers, str(told.get("x-amz-signedheaders", "")))
        if not beside:
            return None
        return ERROR.get()("AccessDenied", REFUSED, 403, path, {"HeadersNotSigned": ", ".join(beside)})

    return verify


def _digesting(original: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """A body is looked at once the signature is found good."""

    async def handle(
        method: str, path: str, headers: Mapping[str, str], body: bytes, query_params: Query, *others: Any, **named: Any
    ) -> Any:
        wrong = other_digest(headers, body)
        if wrong is None or VERIFY.get()(method, named.get("signed_path") or path, headers, query_params) is not None:
            return await original(method, path, headers, body, query_params, *others, **named)
        told, computed = wrong
        both = {"ClientComputedContentSHA256": told, "S3ComputedContentSHA256": computed}
        return ERROR.get()("XAmzContentSHA256Mismatch", MISMATCH, 400, path, both)

    return handle
