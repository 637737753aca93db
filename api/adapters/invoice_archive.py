"""The invoices in S3: one object for each, never written over."""

from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FOLDER: Final = "invoices"
LIFETIME_SECONDS: Final = 60
"""As long as it takes to follow a redirect, and no longer: the address opens the invoice to whoever has it."""

_KEPT_BY: Final = "no-store"
"""Without a word of it browsers keep a page for as long as they think fit (RFC 9111, 4.2.2). It is said by the link, so
that invoices of before say it, too."""
_THERE: Final = "PreconditionFailed"
_GONE: Final = {"NoSuchKey", "404"}


class S3InvoiceArchive:
    """api.domain.ports.InvoiceArchive in one bucket. What opens an address is what the client's own role may do."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def keep(self, order_id: str, name: str, page: str) -> bool:
        """PutObject, where there is none (Amazon S3 user guide, "Conditional writes"); nothing else would be let in."""
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=_key(order_id),
                Body=page.encode(),
                ContentType="text/html; charset=utf-8",
                ContentDisposition=f'inline; filename="invoice-{name}.html"',
                IfNoneMatch="*",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == _THERE:
                return False
            raise
        return True

    def address(self, order_id: str) -> str | None:
        """HeadObject, as a signature can be made for what is not there. What answers is told to be kept by nobody."""
        key = _key(order_id)
        try:
            self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return None
            raise
        named = {"Bucket": self._bucket, "Key": key, "ResponseCacheControl": _KEPT_BY}
        return self._client.generate_presigned_url("get_object", Params=named, ExpiresIn=LIFETIME_SECONDS)


def _key(order_id: str) -> str:
    return f"{FOLDER}/{order_id}.html"
