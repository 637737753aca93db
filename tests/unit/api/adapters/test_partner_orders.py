"""Whose credentials a partner's orders are read with: its own session's, kept until shortly before they end."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from api.adapters import aws
from api.adapters.partner_orders import SESSION_SECONDS, DynamoPartnerOrders, Lent, PartnerSessions
from tests.support.dynamodb import TABLE

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sts import STSClient

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ROLE = "arn:aws:iam::222222222222:role/orders-beta-partner-data"


@dataclass
class Lender:
    """STS, and a clock that a test sets."""

    now: datetime = NOON
    asked: list[dict[str, Any]] = field(default_factory=list)

    def assume_role(self, **asked: Any) -> Any:
        self.asked.append(asked)
        ends = self.now + timedelta(seconds=asked["DurationSeconds"])
        number = len(self.asked)
        lent = {"AccessKeyId": f"key-{number}", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": ends}
        return {"Credentials": lent}

    def sessions(self) -> PartnerSessions:
        """Sessions whose clients are just the names of their credentials."""

        def client(lent: Lent) -> "DynamoDBClient":
            return cast("DynamoDBClient", lent.access_key)

        return PartnerSessions(cast("STSClient", self), ROLE, client, lambda: self.now)


def test_a_session_names_the_partner_in_its_tag() -> None:
    lender = Lender()
    lender.sessions().client("acme")
    assert lender.asked == [
        {
            "RoleArn": ROLE,
            "RoleSessionName": "partner-acme",
            "DurationSeconds": SESSION_SECONDS,
            "Tags": [{"Key": "partner", "Value": "acme"}],
        }
    ]


def test_each_partner_has_a_session_of_its_own_and_one_only() -> None:
    sessions = Lender().sessions()
    used: list[object] = [sessions.client(name) for name in ("acme", "globex", "acme", "globex")]
    assert used == ["key-1", "key-2", "key-1", "key-2"]


@pytest.mark.parametrize(("seconds", "sessions"), [(0, 1), (SESSION_SECONDS - 121, 1), (SESSION_SECONDS - 120, 2)])
def test_a_session_is_renewed_two_minutes_before_it_ends(seconds: int, sessions: int) -> None:
    lender = Lender()
    kept = lender.sessions()
    kept.client("acme")
    lender.now = NOON + timedelta(seconds=seconds)
    kept.client("acme")
    assert len(lender.asked) == sessions


def test_only_so_many_sessions_are_kept_and_the_oldest_gives_way() -> None:
    lender = Lender()
    kept = lender.sessions()
    for number in range(51):
        kept.client(f"partner-{number}")
    kept.client("partner-50")
    assert len(lender.asked) == 51
    kept.client("partner-0")
    assert len(lender.asked) == 52


@pytest.mark.emulator
@pytest.mark.usefixtures("stage")
def test_a_lent_client_reads_the_table() -> None:
    sessions = PartnerSessions(aws.sts(), ROLE, aws.dynamodb_lent, lambda: datetime.now(UTC))
    page = DynamoPartnerOrders(sessions.client, TABLE).of_partner("nobody", 5, None)
    assert page.items == ()
