"""Machines' tokens: their clients are made by hand, by no template, so that no rule about templates sees them.

Nobody can take a token back. Whoever finds one does what its machine may do until it ends (CWE-613).
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from unittest.mock import MagicMock

import pytest

from api.domain.partners import Tier
from pipeline import operations
from pipeline.operations.carriers import CarrierRegistrar
from pipeline.operations.registrar import Place, Registrar

HOUR: Final = timedelta(hours=1)
"""README, "Try it": tokens are good for an hour."""


class Session:
    """An operator's session: it notes what the user pool is asked to make, and has anything else for an answer."""

    def __init__(self) -> None:
        self.made: Mapping[str, Any] = {}

    def client(self, _: str) -> Any:
        client = MagicMock()
        client.create_user_pool_client.side_effect = self._make
        return client

    def _make(self, **asked: Any) -> Any:
        self.made = asked
        return {"UserPoolClient": {"ClientId": "client", "ClientSecret": "secret"}}


def partner(session: Any) -> None:
    Registrar(session, Place("pool", "table", {Tier.BASIC: "plan"})).take_on("acme", Tier.BASIC)


def carrier(session: Any) -> None:
    CarrierRegistrar(session, {"SLIPWAY_USER_POOL_ID": "pool", "SLIPWAY_TABLE_NAME": "table"}).take_on("northway")


MADE: Final[Mapping[str, tuple[Callable[[Any], None], list[str]]]] = {
    "registrar": (partner, ["partner/orders.read", "partner/orders.write"]),
    "carriers": (carrier, ["carriers/scan"]),
}
"""Who makes clients, by module of pipeline/operations, and what their tokens are good for."""


@pytest.mark.parametrize("maker", MADE)
def test_a_token_of_a_machine_is_good_for_an_hour(maker: str) -> None:
    made = client_of(maker)
    assert timedelta(**{made["TokenValidityUnits"]["AccessToken"]: made["AccessTokenValidity"]}) == HOUR


@pytest.mark.parametrize("maker", MADE)
def test_a_machine_gets_tokens_by_a_secret_and_for_what_it_does_alone(maker: str) -> None:
    made = client_of(maker)
    assert (made["GenerateSecret"], made["AllowedOAuthFlows"]) == (True, ["client_credentials"])
    assert made["AllowedOAuthScopes"] == MADE[maker][1]
    assert "ExplicitAuthFlows" not in made


def test_whoever_makes_a_client_of_the_user_pool_is_looked_at() -> None:
    home = Path(next(iter(operations.__path__)))
    makers = {file.stem for file in home.glob("*.py") if "user_pool_client(" in file.read_text(encoding="utf-8")}
    assert makers == MADE.keys()


def client_of(maker: str) -> Mapping[str, Any]:
    """What the user pool is asked to make when somebody is taken on."""
    session = Session()
    MADE[maker][0](session)
    return session.made
