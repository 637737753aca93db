"""Partners in DynamoDB, against the emulator: found by id and by client, changed only as they were read."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from api.adapters import keys
from api.adapters.attributes import plain, typed
from api.adapters.partners import DynamoPartners
from api.domain.errors import Busy
from api.domain.partners import SCOPES, Partner, PartnerKey, PartnerStatus, Tier
from tests.support.dynamodb import TABLE, new_sku

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator

ENDS = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def partners(stage: "DynamoDBClient") -> DynamoPartners:
    return DynamoPartners(stage, TABLE)


@pytest.fixture
def partner(partners: DynamoPartners) -> Partner:
    """A partner that is kept, with an ending and a lasting key."""
    name = new_sku("p").lower()
    made_keys = (PartnerKey("a" * 64, "k1", ENDS), PartnerKey("b" * 64, "k2"))
    made = Partner(name, f"client-{name}", Tier.PREMIUM, SCOPES, PartnerStatus.ACTIVE, "plan", made_keys, 1)
    partners.put(made)
    return made


def test_a_partner_is_found_by_its_id_and_by_its_client(partners: DynamoPartners, partner: Partner) -> None:
    assert partners.get(partner.id) == partner
    assert partners.of_client(partner.client) == partner


def test_a_partner_that_is_not_there_is_none(partners: DynamoPartners, partner: Partner) -> None:
    assert partners.get("nobody-here") is None
    assert partners.of_client("no-client") is None
    partners.remove(partner.id)
    assert partners.get(partner.id) is None


def test_a_partner_is_taken_on_once(partners: DynamoPartners, partner: Partner) -> None:
    with pytest.raises(Busy):
        partners.put(replace(partner, tier=Tier.BASIC))
    assert partners.get(partner.id) == partner


def test_keys_are_changed_only_as_they_were_read(partners: DynamoPartners, partner: Partner) -> None:
    partners.replace_keys(partner, partner.keys[1:])
    assert partners.get(partner.id) == replace(partner, keys=partner.keys[1:], version=2)
    with pytest.raises(Busy):
        partners.replace_keys(partner, ())


def test_the_item_is_one_of_the_table_and_holds_no_value_of_a_key(stage: "DynamoDBClient", partner: Partner) -> None:
    item = plain(stage.get_item(TableName=TABLE, Key=typed(keys.partner(partner.id)))["Item"])
    assert (item["entity"], item["version"]) == ("PARTNER", 1)
    assert item["keys"] == [
        {"digest": "a" * 64, "id": "k1", "until": "2026-11-24T12:00:00.000Z"},
        {"digest": "b" * 64, "id": "k2"},
    ]
