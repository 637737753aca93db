"""What customers have uploaded, in S3."""

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from api.domain.photographs import Uploaded

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_GONE: Final = {"NoSuchKey", "NoSuchVersion", "404", "MethodNotAllowed"}
"""The last is S3's answer for a version that is only the mark of a deletion."""


class S3Uploads:
    """api.domain.ports.Uploads in one bucket. Of an object whose version is known, it is just that version."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def beginning(self, uploaded: Uploaded, count: int) -> bytes | None:
        """GetObject, of the first bytes alone."""
        try:
            answer = self._client.get_object(**self._named(uploaded), Range=f"bytes=0-{count - 1}")
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return None
            raise
        return answer["Body"].read()

    def remove(self, uploaded: Uploaded) -> None:
        """DeleteObject."""
        self._client.delete_object(**self._named(uploaded))

    def _named(self, uploaded: Uploaded) -> Any:
        version = {"VersionId": uploaded.version} if uploaded.version else {}
        return {"Bucket": self._bucket, "Key": uploaded.key, **version}
