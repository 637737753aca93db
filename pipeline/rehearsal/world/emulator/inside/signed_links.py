"""Links that are signed for S3: what was not signed may not be said beside them. ministack takes it.

Who has a link could otherwise have what is uploaded by it kept in an archive, tagged, or opened to all. Source: Amazon
S3 API reference, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)": every x-amz-* header of
a request must be signed. S3 answers 403 AccessDenied and names the headers. How the body was digested is no part of it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pipeline.rehearsal.world.emulator.inside.seams import Seam

MODULE = "ministack.services.s3"
VERIFY = Seam(MODULE, "_verify_presigned_sigv4", ("method", "path", "headers", "query_params"))
ERROR = Seam(MODULE, "_error", ("code", "message", "status", "resource", "extra", "headers"))
SEAMS = (VERIFY, ERROR)

PREFIX = "x-amz-"
FREE = "x-amz-content-sha256"
REFUSED = "There were headers present in the request which were not signed"

type Query = Mapping[str, Any]


def install() -> None:
    """Wrap the seam."""
    VERIFY.wrap(_verifying)


def unsigned(headers: Mapping[str, str], signed: str) -> list[str]:
    """The headers that had to be signed and were not, by name; `signed` are the signed ones, by semicolons."""
    known = {FREE, *signed.lower().split(";")}
    return sorted(name.lower() for name in headers if name.lower().startswith(PREFIX) and name.lower() not in known)


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
