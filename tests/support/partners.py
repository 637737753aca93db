"""Partners of a stage that exist for one test run, taken on and let go as operators do it. Never in prod."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from api.domain.partners import SCOPES, Tier
from pipeline.operations.registrar import Place, Registrar, Taken
from tests.support.machines import token_of
from tests.support.masked import Masked
from tests.support.users import PoolUnusable, session

NEEDED = ("SLIPWAY_USER_POOL_ID", "SLIPWAY_TABLE_NAME", "SLIPWAY_USAGE_PLANS", "SLIPWAY_TOKEN_URL")


@dataclass(frozen=True)
class PartnerSystem:
    """A partner's machine with a fresh token and its key."""

    name: str
    partner: str
    access: Masked
    key: Masked

    @property
    def headers(self) -> dict[str, str]:
        """What its requests carry besides the token."""
        return {"X-Api-Key": self.key.reveal()}


@contextmanager
def temporary_partners(
    environ: Mapping[str, str], names: Iterable[str], scopes: frozenset[str] = SCOPES
) -> Iterator[dict[str, PartnerSystem]]:
    """Partners of the tier `enterprise` by their names; gone at the end, however it comes. PoolUnusable if refused."""
    registrar, run = Registrar(session(), Place.of(environ)), secrets.token_hex(4)
    with ExitStack() as gone:
        made: dict[str, PartnerSystem] = {}
        for name in names:
            try:
                taken = registrar.take_on(f"gate-{name}-{run}", Tier.ENTERPRISE, scopes)
            except (ClientError, BotoCoreError) as problem:
                raise PoolUnusable(f"the partner {name} was not taken on: {problem}") from problem
            gone.callback(_let_go, registrar, taken)
            made[name] = signed_in(environ["SLIPWAY_TOKEN_URL"], name, taken)
        yield made


def signed_in(token_url: str, name: str, taken: Taken) -> PartnerSystem:
    """The partner with a token of its own; PoolUnusable if it gets none."""
    partner = taken.partner
    access = token_of(token_url, partner.client, taken.client_secret, partner.scopes)
    return PartnerSystem(name, partner.id, access, Masked(taken.key))


def _let_go(registrar: Registrar, taken: Taken) -> None:
    with suppress(ClientError, BotoCoreError):
        registrar.let_go(taken)
