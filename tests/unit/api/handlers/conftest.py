"""What the tests of the functions share."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import pytest

from api.adapters import aws
from api.adapters.partners import DynamoPartners
from api.domain.partners import SCOPES, Partner, PartnerKey, PartnerStatus, Tier
from tests.support.dynamodb import TABLE, forget_services
from tests.support.logged import Logged, hearing
from tests.unit.api.handlers.counting import Counting

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(scope="package", autouse=True)
def _own_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a function leaves on its disk goes when its tests are over."""
    folder = tmp_path_factory.mktemp("disk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        yield
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[Logged]:
    """What functions and libraries log."""
    with hearing(capsys) as heard:
        yield heard


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counting]:
    """Stands for the control plane of API Gateway, whose counts the emulator does not tell."""
    forget_services()
    counting = Counting(k1=[[40, 9_960]], k2=[[2, 9_998]])
    monkeypatch.setattr(aws, "apigateway", cache(lambda: counting))
    yield counting
    forget_services()


@pytest.fixture
def known(stage: "DynamoDBClient", gateway: Counting) -> Iterator[Partner]:
    """A partner with two keys, of which `gateway` counted 42 requests."""
    assert gateway
    keys = (PartnerKey("a" * 64, "k1", datetime(2099, 1, 1, tzinfo=UTC)), PartnerKey("b" * 64, "k2"))
    partner = Partner("counted", "client", Tier.BASIC, SCOPES, PartnerStatus.ACTIVE, "plan", keys, 1)
    DynamoPartners(stage, TABLE).put(partner)
    yield partner
    stage.delete_item(TableName=TABLE, Key={"PK": {"S": "PARTNER#counted"}, "SK": {"S": "META"}})
