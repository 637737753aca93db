"""What customers and operators have uploaded, in S3.

S3 keeps with it what the uploader said of it (Cache-Control, Content-Disposition, Content-Encoding), as no signature
forbids that. Nothing of it is served to anybody: it is read here, by workers alone, as the bytes that it is.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from api.domain.photographs import Uploaded

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client

_GONE: Final = {"NoSuchKey", "NoSuchVersion", "404", "MethodNotAllowed"}
"""The last is S3's answer for a version that is only the mark of a deletion."""

_PIECE_BYTES: Final = 64 * 1024


class S3Uploads:
    """api.domain.ports.Uploads and ImportFiles in one bucket.

    Of an object whose version is known, it is just that version.
    """

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def beginning(self, uploaded: Uploaded, count: int) -> bytes | None:
        """GetObject, of the first bytes alone."""
        body = self._read(uploaded, f"bytes=0-{count - 1}")
        return None if body is None else body.read()

    def pieces(self, uploaded: Uploaded, begin: int) -> Iterable[bytes] | None:
        """GetObject, of the bytes from `begin` on, read as they come. ValueError if there are none of them."""
        if not begin < uploaded.size:
            raise ValueError(f"a file of {uploaded.size} bytes has none from {begin} on")
        body = self._read(uploaded, f"bytes={begin}-")
        return None if body is None else body.iter_chunks(_PIECE_BYTES)

    def remove(self, uploaded: Uploaded) -> None:
        """DeleteObject."""
        self._client.delete_object(**self._named(uploaded))

    def _read(self, uploaded: Uploaded, part: str) -> "StreamingBody | None":
        try:
            return self._client.get_object(**self._named(uploaded), Range=part)["Body"]
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return None
            raise

    def _named(self, uploaded: Uploaded) -> Any:
        version = {"VersionId": uploaded.version} if uploaded.version else {}
        return {"Bucket": self._bucket, "Key": uploaded.key, **version}
