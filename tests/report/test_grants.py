"""What roles may do anew is told shortly, and never left out."""

from pipeline.report.grants import FEW, told


def test_a_few_grants_are_told_one_by_one() -> None:
    lines = [f"OrdersRole: + dynamodb:Action{number} on Table" for number in range(FEW)]
    assert list(told(lines)) == lines


def test_many_grants_of_a_role_are_counted_with_their_services_and_with_those_on_every_resource() -> None:
    lines = [f"NewRole: + dynamodb:Action{number} on Table" for number in range(FEW)]
    lines += ["OldRole: + sqs:SendMessage on Queue", "NewRole: + xray:PutTraceSegments on *"]
    assert list(told(lines)) == [
        "NewRole: + 4 grants of dynamodb, xray; 1 on every resource (each is in the log of Prepare)",
        "OldRole: + sqs:SendMessage on Queue",
    ]


def test_what_is_no_longer_denied_is_always_told_whole() -> None:
    lines = [f"OrdersRole: no longer denied s3:Action{number} on Bucket" for number in range(9)]
    assert list(told(lines)) == lines


def test_a_first_release_is_told_as_it_is() -> None:
    assert list(told(["first release: 1 role with 2 grants, all new"])) == [
        "first release: 1 role with 2 grants, all new"
    ]
