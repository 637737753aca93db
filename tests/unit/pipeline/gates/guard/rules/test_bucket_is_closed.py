"""No bucket is open to the public, in any of the ways that S3 has."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, new_in, release

RULE = "bucket_is_closed"
BLOCK = "PublicAccessBlockConfiguration"


def bucket(document: Template) -> Template:
    return first(document, "S3::Bucket", "DataClaims")["Properties"]


def no_block(document: Template) -> None:
    del bucket(document)[BLOCK]


def one_way_open(document: Template) -> None:
    bucket(document)[BLOCK]["RestrictPublicBuckets"] = False


def one_way_unsaid(document: Template) -> None:
    del bucket(document)[BLOCK]["BlockPublicPolicy"]


def public_list(document: Template) -> None:
    bucket(document)["AccessControl"] = "PublicRead"


def website(document: Template) -> None:
    bucket(document)["WebsiteConfiguration"] = {"IndexDocument": "index.html"}


def owned_by_writers(document: Template) -> None:
    bucket(document)["OwnershipControls"]["Rules"][0]["ObjectOwnership"] = "ObjectWriter"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (no_block, "BlockPublicAcls is not there"),
        (one_way_open, "RestrictPublicBuckets is false"),
        (one_way_unsaid, "BlockPublicPolicy is not there"),
        (public_list, "its access list is PublicRead"),
        (website, "it is a website"),
        (owned_by_writers, "says who reads it"),
    ],
)
@pytest.mark.parametrize("stack", ["beta/orders", "prod/orders"])
def test_an_open_bucket_is_told(real: Assembly, stack: str, change: Change, words: str) -> None:
    told = found(RULE, release(edited(real, stack, change)))
    assert any(words in each.what for each in told)
    assert {each.where.split(":")[0] for each in told} == {stack}


def test_the_buckets_of_artifacts_are_looked_at(real: Assembly) -> None:
    def opened(document: Template) -> None:
        del first(document, "S3::Bucket", "Artifacts")["Properties"][BLOCK]

    assert len(found(RULE, release(edited(real, "pipeline", opened)))) == 4


def test_access_lists_that_the_base_had_switched_off_stay_so(real: Assembly) -> None:
    def unsaid(document: Template) -> None:
        del bucket(document)["OwnershipControls"]

    (told,) = new_in(RULE, real, unsaid)
    assert "ObjectOwnership was BucketOwnerEnforced" in told.what


def test_the_release_as_it_is_is_closed(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked, part.findings) == (3 * 3 + 1, ())
