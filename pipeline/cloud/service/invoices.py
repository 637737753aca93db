"""Invoices: a bucket in which each is written once, and kept for as long as the law asks.

One worker writes them, and customers read them at addresses that the function `orders` signs. Nobody writes over one or
deletes one; the bucket's own lifecycle does, in the end. They stay in S3's standard class: a page has some four
kilobytes, and what is smaller than 128 is neither moved to a cheaper class by itself nor cheaper there (Amazon S3 user
guide, "Considerations for lifecycle transitions").
"""

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from pipeline.cloud.service.buckets import denial, forbid, private_bucket
from pipeline.plan.model import Stage

KEPT = Duration.days(4_018)
"""Ten years from the end of the year in which an invoice was written."""

ANY_SITE = "*"
"""A browser that follows a redirect from one host to another says that it comes from nowhere (Fetch standard,
"HTTP-redirect fetch"), so no list of sites would let our own in. What lets it read is the address.
"""


def invoices_bucket(scope: Construct, key: kms.IKey, stage: Stage) -> s3.Bucket:
    """The bucket, which pages of any site may read at the addresses that are signed for them."""
    bucket = private_bucket(
        scope,
        "Invoices",
        key,
        kept=KEPT,
        replaced_kept=Duration.days(30),
        pages=s3.CorsRule(allowed_methods=[s3.HttpMethods.GET], allowed_origins=[ANY_SITE])
        if stage.settings.origins
        else None,
    )
    _once_and_for_all(bucket)
    return bucket


def _once_and_for_all(bucket: s3.Bucket) -> None:
    """No object takes another's place, and none is deleted but by the lifecycle, which asks no policy (Amazon S3 user
    guide, "Enforce conditional writes on Amazon S3 buckets" and "Expiring objects")."""
    objects = [bucket.arn_for_objects("*")]
    forbid(
        bucket,
        denial("s3:PutObject", objects, {"Null": {"s3:if-none-match": "true"}}),
        *(denial(action, objects) for action in ("s3:DeleteObject", "s3:DeleteObjectVersion")),
    )
