"""What a move task, or a letter, needs a grant on is read from its request."""

import pytest

from pipeline.rehearsal.world.emulator.inside.grants import (
    alarms_named,
    as_it_came,
    moved_from,
    of_alias,
    of_provisioned,
    qualified,
    sent_by,
)
from pipeline.rehearsal.world.emulator.inside.transport import OVER_TLS

DEAD = "arn:aws:sqs:eu-west-1:111111111111:dead"


@pytest.mark.parametrize(
    ("body", "resource"),
    [
        (f'{{"SourceArn": "{DEAD}"}}'.encode(), DEAD),
        (b'{"SourceArn": 1}', "*"),
        (b'{"MaxResults": 1}', "*"),
        (b"[]", "*"),
        (b"\xff", "*"),
        (b"", "*"),
    ],
)
def test_a_move_task_starts_from_the_queue_that_it_names(body: bytes, resource: str) -> None:
    assert moved_from(body) == resource


@pytest.mark.parametrize(
    ("body", "resource"),
    [
        (b'{"FromEmailAddress": "orders@shop.example"}', "arn:aws:ses:eu-west-1:111111111111:identity/shop.example"),
        (b'{"FromEmailAddress": 1}', "*"),
        (b'{"FromEmailAddress": ""}', "*"),
        (b"[]", "*"),
        (b"\xff", "*"),
    ],
)
def test_a_letter_is_sent_by_the_identity_of_its_sender_s_domain(body: bytes, resource: str) -> None:
    assert sent_by(body, "eu-west-1", "111111111111") == resource


FUNCTION = "arn:aws:lambda:eu-west-1:222222222222:function:orders-beta-orders"


@pytest.mark.parametrize(
    ("arn", "query", "resource"),
    [
        (FUNCTION, {"Qualifier": ["7"]}, f"{FUNCTION}:7"),
        (FUNCTION, {"Qualifier": "live"}, f"{FUNCTION}:live"),
        (FUNCTION, {"Qualifier": []}, FUNCTION),
        (FUNCTION, {}, FUNCTION),
        (FUNCTION, None, FUNCTION),
        (f"{FUNCTION}:live", {"Qualifier": ["7"]}, f"{FUNCTION}:live"),
        ("*", {"Qualifier": ["7"]}, "*"),
    ],
)
def test_a_version_or_an_alias_of_a_function_is_a_resource_of_its_own(
    arn: str, query: dict[str, list[str] | str] | None, resource: str
) -> None:
    assert qualified(arn, query) == resource


@pytest.mark.parametrize(
    ("method", "path", "action"),
    [
        ("GET", "/2015-03-31/functions/orders/aliases/live", "GetAlias"),
        ("PUT", "/2015-03-31/functions/orders/aliases/live", "UpdateAlias"),
        ("DELETE", "/2015-03-31/functions/orders/aliases/live", "DeleteAlias"),
        ("GET", "/2015-03-31/functions/orders/aliases", None),
        ("POST", "/2015-03-31/functions/orders/aliases", None),
        ("GET", "/2015-03-31/functions/aliases", None),
        ("GET", "/", None),
    ],
)
def test_what_is_asked_of_one_alias_is_not_asked_of_all(method: str, path: str, action: str | None) -> None:
    assert of_alias(method, path) == action


@pytest.mark.parametrize(
    ("method", "path", "action"),
    [
        ("GET", "/2019-09-30/functions/orders/provisioned-concurrency", "GetProvisionedConcurrencyConfig"),
        ("PUT", "/2019-09-30/functions/orders/provisioned-concurrency", "PutProvisionedConcurrencyConfig"),
        ("DELETE", "/2019-09-30/functions/orders/provisioned-concurrency", "DeleteProvisionedConcurrencyConfig"),
        ("GET", "/2015-03-31/functions/orders", None),
        ("GET", "/", None),
    ],
)
def test_what_is_asked_of_provisioned_concurrency_is_not_asked_of_the_function(
    method: str, path: str, action: str | None
) -> None:
    assert of_provisioned(method, path) == action


ALARM = "arn:aws:cloudwatch:eu-west-1:222222222222:alarm:"


@pytest.mark.parametrize(
    ("body", "resources"),
    [
        (b"Action=DescribeAlarms&AlarmNames.member.1=errors&AlarmNames.member.2=slow", f"{ALARM}errors\0{ALARM}slow"),
        (b"Action=DescribeAlarms&AlarmNames.member.1=errors", f"{ALARM}errors"),
        (b'{"AlarmNames": ["errors", "slow"]}', f"{ALARM}errors\0{ALARM}slow"),
        (b"{}", "*"),
        (b"[]", "*"),
        (b"Action=DescribeAlarms", "*"),
        (b"", "*"),
        (b"\xff", "*"),
    ],
)
def test_each_alarm_that_is_asked_for_needs_its_grant(body: bytes, resources: str) -> None:
    assert alarms_named(body, "eu-west-1", "222222222222") == resources


@pytest.mark.parametrize("encrypted", [True, False])
def test_a_request_is_as_encrypted_as_its_connection_whatever_its_headers_say(encrypted: bool) -> None:
    pinned: list[tuple[str, bool]] = []
    pin = as_it_came(lambda source, secure: pinned.append((source, secure)))
    came = OVER_TLS.set(encrypted)
    try:
        pin("127.0.0.1", not encrypted)
    finally:
        OVER_TLS.reset(came)
    assert pinned == [("127.0.0.1", encrypted)]
