"""Buckets, queues and topics answer over TLS alone."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import (
    Template,
    assembly,
    edited,
    first,
    found,
    look,
    release,
    resource,
    subject,
)

RULE = "only_over_tls"
PLAIN = {"Bool": {"aws:SecureTransport": "false"}}


def queue(**changed: Any) -> dict[str, Template]:
    denied = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sqs:*", "Resource": "*", "Condition": PLAIN}
    statement = {**denied, **changed}
    policy = resource("SQS::QueuePolicy", Queues=[{"Ref": "Jobs"}], PolicyDocument={"Statement": [statement]})
    return {"Jobs": resource("SQS::Queue"), "Policy": policy}


@pytest.mark.parametrize(
    "bad",
    [
        {"Jobs": resource("SQS::Queue")},
        queue(Effect="Allow"),
        queue(Action="sqs:SendMessage"),
        queue(Principal={"AWS": "arn:aws:iam::111111111111:root"}),
        queue(Condition={"Bool": {"aws:SecureTransport": "true"}}),
        queue(Condition={**PLAIN, "StringEquals": {"aws:PrincipalAccount": "1"}}),
    ],
)
def test_a_queue_that_answers_in_the_open_is_told(bad: dict[str, Template]) -> None:
    (told,) = found(RULE, subject(assembly(beta=queue(), prod=bad)))
    assert told.where == "prod/orders:Jobs"
    assert "without TLS" in told.what


def test_a_queue_that_is_closed_to_them_passes() -> None:
    part = look(RULE, subject(assembly(beta=queue(), prod=queue(Principal="*"))))
    assert (part.checked, part.findings) == (2, ())


@pytest.mark.parametrize(
    ("kind", "starting"),
    [("S3::BucketPolicy", "DataClaims"), ("SNS::TopicPolicy", "Notices"), ("SQS::QueuePolicy", "MailQueueP")],
)
def test_what_is_open_in_the_release_is_told(real: Assembly, kind: str, starting: str) -> None:
    def opened(document: Template) -> None:
        del first(document, kind, starting)["Properties"]["PolicyDocument"]["Statement"][0]

    (told,) = found(RULE, release(edited(real, "prod/orders", opened)))
    assert told.where.startswith("prod/orders:")


def test_the_release_as_it_is_answers_over_tls(real: Assembly) -> None:
    part = look(RULE, release(real))
    assert (part.checked, part.findings) == (24 * 3 + 1, ())
