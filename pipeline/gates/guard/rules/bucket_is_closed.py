"""No bucket is open to the public, in any of the ways that S3 has."""

from collections.abc import Iterator

from pipeline.gates.guard.comparing import is_true, lost, must
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import said

ABOUT = About(
    kind="network",
    what="A bucket blocks the public in all four ways, has no access list, and is no website",
    why="one wrong policy or access list later, everybody reads the customers' files",
    fix="block_public_access=BLOCK_ALL, and object ownership by the bucket's owner",
    models="I07: the block of public access removed; CWE-284",
    needs="every stage",
)
BLOCK = "PublicAccessBlockConfiguration"
WAYS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
OWNED = ("OwnershipControls", "Rules", 0, "ObjectOwnership")
CLOSED_LISTS = (None, "Private", "LogDeliveryWrite", "BucketOwnerFullControl", "BucketOwnerRead")
BUCKET, POINT = "AWS::S3::Bucket", "AWS::S3::AccessPoint"


def look(subject: Subject) -> Iterator[Looked]:
    """Each bucket and access point."""
    for bucket in subject.of_candidate(BUCKET, POINT):
        blocked = (must(bucket, BLOCK, way, be=is_true, told="true") for way in WAYS)
        yield looked(bucket, *blocked, *_lists(bucket), lost(bucket, subject.before(bucket), *OWNED))


def _lists(bucket: Resource) -> Iterator[Wrong]:
    if bucket.at("AccessControl") not in CLOSED_LISTS:
        yield Wrong(f"its access list is {said(bucket.at('AccessControl'))}", "AccessControl")
    if bucket.at(*OWNED) == "ObjectWriter":
        yield Wrong("who writes an object says who reads it", ".".join(map(str, OWNED)))
    if bucket.at("WebsiteConfiguration") is not None:
        yield Wrong("it is a website, which answers without TLS", "WebsiteConfiguration")
