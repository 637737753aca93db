"""What a policy denies in the base release, it denies in this one."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, new_in, release

RULE = "denials_stay"


def bucket_policy(document: Template) -> Template:
    return first(document, "S3::BucketPolicy", "DataClaimsPolicy")["Properties"]["PolicyDocument"]["Statement"]


def over_anything(document: Template) -> None:
    del bucket_policy(document)[0]


def policy_gone(document: Template) -> None:
    name = next(each for each in document["Resources"] if each.startswith("DataClaimsPolicy"))
    del document["Resources"][name]


def only_reading(document: Template) -> None:
    bucket_policy(document)[0]["Action"] = "s3:GetObject"


def never_in_truth(document: Template) -> None:
    bucket_policy(document)[0]["Condition"]["Bool"]["aws:SecureTransport"] = "true"


def more_conditions(document: Template) -> None:
    bucket_policy(document)[0]["Condition"]["StringEquals"] = {"aws:PrincipalAccount": "1"}


def only_for_one(document: Template) -> None:
    bucket_policy(document)[0]["Principal"] = {"AWS": "arn:aws:iam::1:root"}


def allowed_instead(document: Template) -> None:
    bucket_policy(document)[0]["Effect"] = "Allow"


def queue_over_anything(document: Template) -> None:
    del first(document, "SQS::QueuePolicy", "PaymentsQueuePolicy")["Properties"]["PolicyDocument"]["Statement"][0]


def table_for_all_accounts(document: Template) -> None:
    del first(document, "DynamoDB::Table", "DataTable")["Properties"]["ResourcePolicy"]


def topic_over_anything(document: Template) -> None:
    del first(document, "SNS::TopicPolicy", "ObservabilityAlerts")["Properties"]["PolicyDocument"]["Statement"][0]


def boundary_opened(document: Template) -> None:
    denied = first(document, "IAM::ManagedPolicy", "Boundary")["Properties"]["PolicyDocument"]["Statement"][1]
    denied["Action"].remove("kms:PutKeyPolicy")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (over_anything, "no longer denies s3:* where"),
        (policy_gone, "no longer denies s3:* where"),
        (only_reading, "no longer denies s3:* where"),
        (never_in_truth, "no longer denies s3:* where"),
        (more_conditions, "no longer denies s3:* where"),
        (only_for_one, "no longer denies s3:* where"),
        (allowed_instead, "no longer denies s3:* where"),
        (queue_over_anything, "no longer denies sqs:*"),
        (table_for_all_accounts, "no longer denies dynamodb:*"),
        (topic_over_anything, "no longer denies sns:publish"),
        (boundary_opened, "kms:putkeypolicy"),
    ],
)
def test_a_denial_that_gives_way_is_told(real: Assembly, change: Change, words: str) -> None:
    told = new_in(RULE, real, change)
    assert any(words in each.what for each in told)
    assert {each.where.split(":")[0] for each in told} == {"prod/orders"}


def test_a_denial_of_more_passes_under_another_id_too(real: Assembly) -> None:
    def stricter(document: Template) -> None:
        del bucket_policy(document)[0]["Condition"]
        name = next(each for each in document["Resources"] if each.startswith("DataClaimsPolicy"))
        document["Resources"]["Renamed"] = document["Resources"].pop(name)

    assert new_in(RULE, real, stricter) == ()


def tls(version: float) -> Change:
    def change(document: Template) -> None:
        (old,) = [each for each in bucket_policy(document) if "NumericLessThan" in each.get("Condition", {})]
        old["Condition"]["NumericLessThan"]["s3:TlsVersion"] = version

    return change


def regions(*names: str, operator: str = "StringNotEquals") -> Change:
    def change(document: Template) -> None:
        bucket_policy(document)[0]["Condition"] = {operator: {"aws:RequestedRegion": list(names)}}

    return change


def test_a_condition_that_holds_for_more_denies_more(real: Assembly) -> None:
    assert new_in(RULE, real, tls(1.3)) == ()
    assert ["no longer denies s3:*" in each.what for each in new_in(RULE, real, tls(1.1))] == [True]


@pytest.mark.parametrize(
    ("was", "now", "denies_less"),
    [
        (regions("a", "b"), regions("a"), False),
        (regions("a"), regions("a", "b"), True),
        (regions("a", operator="StringEquals"), regions("a", "b", operator="StringEquals"), False),
        (regions("a", "b", operator="StringEquals"), regions("a", operator="StringEquals"), True),
        (regions("eu-1", operator="StringLike"), regions("eu-*", operator="StringLike"), False),
        (regions("a", operator="StringEquals"), regions("a", operator="StringEqualsIfExists"), False),
        (regions("a", operator="StringEqualsIfExists"), regions("a", operator="StringEquals"), True),
        (regions("1", operator="DateLessThan"), regions("2", operator="DateLessThan"), True),
    ],
)
def test_values_that_a_condition_names_and_those_that_it_leaves_out(
    real: Assembly, was: Change, now: Change, denies_less: bool
) -> None:
    before = edited(real, "prod/orders", was)
    assert bool(new_in(RULE, before, now)) is denies_less


def test_what_is_gone_with_its_denials_is_not_told_here(real: Assembly) -> None:
    def gone(document: Template) -> None:
        for starting in ("DataClaimsE", "DataClaimsPolicy"):
            del document["Resources"][next(each for each in document["Resources"] if each.startswith(starting))]

    assert new_in(RULE, real, gone) == ()


def test_the_release_as_it_is_keeps_all(real: Assembly) -> None:
    assert found(RULE, release(real, real)) == ()
    assert (look(RULE, release(real, real)).checked > 90, look(RULE, release(real)).checked) == (True, 0)
