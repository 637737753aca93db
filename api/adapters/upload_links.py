"""Links that files are uploaded to S3 by: signed with the function's own rights, so that nobody else needs any.

What is in the signature can't be sent otherwise: the place, the length, the kind, the key that encrypts, and that
nothing may stand there yet (S3 user guide, "Uploading objects with presigned URLs", "Conditional requests"). A link
ends before its time with the credentials that signed it; those of a function are good for hours.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from api.domain.product_imports import Link

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MEDIA_TYPE: Final = "application/jsonl"


class S3UploadLinks:
    """api.domain.ports.UploadLinks to one bucket, whose objects one key encrypts. No request is made to sign one."""

    def __init__(self, client: "S3Client", bucket: str, key_arn: str) -> None:
        self._client = client
        self._bucket = bucket
        self._key_arn = key_arn

    def link(self, key: str, size: int, now: datetime, lifetime: timedelta) -> Link:
        """PutObject, signed."""
        url = self._client.generate_presigned_url(
            "put_object",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "ContentLength": size,
                "ContentType": MEDIA_TYPE,
                "IfNoneMatch": "*",
                "ServerSideEncryption": "aws:kms",
                "SSEKMSKeyId": self._key_arn,
            },
            ExpiresIn=int(lifetime.total_seconds()),
        )
        headers = {
            "Content-Type": MEDIA_TYPE,
            "If-None-Match": "*",
            "x-amz-server-side-encryption": "aws:kms",
            "x-amz-server-side-encryption-aws-kms-key-id": self._key_arn,
        }
        return Link(url, headers, now + lifetime)
