"""What a bucket held before it was overwritten or deleted can be had back."""

from collections.abc import Iterator

from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed

ABOUT = About(
    kind="data",
    what="Every bucket keeps versions, and the object lock and the replication that the base has",
    why="one wrong delete or overwrite, or one stolen key, is then for good",
    fix="give the bucket versioned=True, and leave its object lock and replication",
    models="Versioning suspended, object lock shortened or replication removed",
    needs="every stage",
)
BUCKET = "AWS::S3::Bucket"
VERSIONING = ("VersioningConfiguration", "Status")
LOCK = ("ObjectLockEnabled", "ObjectLockConfiguration")
REPLICATION = "ReplicationConfiguration"


def look(subject: Subject) -> Iterator[Looked]:
    """Each bucket."""
    for bucket in subject.of_candidate(BUCKET):
        yield looked(bucket, *_wrong(bucket, subject.before(bucket)))


def _wrong(bucket: Resource, old: Resource | None) -> Iterator[Wrong]:
    status = bucket.at(*VERSIONING)
    if status != "Enabled":
        was = old.at(*VERSIONING) if old else None
        yield Wrong(f"no versions are kept: {changed(was, status)}", ".".join(VERSIONING))
    for name in LOCK:
        was, now = (old.at(name) if old else None), bucket.at(name)
        if was is not None and was != now:
            yield Wrong(f"its objects are locked otherwise: {changed(was, now)}", name)
    if old and old.at(REPLICATION) is not None and bucket.at(REPLICATION) is None:
        yield Wrong("its objects are no longer kept a second time", REPLICATION)
