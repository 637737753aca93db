"""How long the API trusts anybody or anything, and how much it takes, in figures: a second time, beside the code.

Each figure is measured by what the functions do, put together as they are, and not by the constant that says it. Who
makes one of them weaker makes it weaker here, too, where it stands what that costs and who was promised otherwise.
"""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.session import Session

from api.adapters import aws, jwks, jwt, sources
from api.adapters.carriers import DynamoCarriers
from api.adapters.invoice_archive import S3InvoiceArchive
from api.adapters.partner_secrets import KeySecret
from api.adapters.partners import DynamoPartners
from api.adapters.rs256 import PublicKey
from api.adapters.secret import Secret, long_enough
from api.adapters.signing_keys import SigningKeys
from api.adapters.upload_links import S3UploadLinks
from api.domain import cursor, webhook
from api.domain.admission import Refusal, Refused
from api.domain.errors import InvalidCursor
from api.domain.model import Position
from api.domain.partners import SCOPES, Partner, PartnerKey, PartnerStatus, Tier
from api.domain.photographs import Kept, Receiving, Uploaded
from api.domain.product_imports import AskingForImports
from api.domain.webhook import Disbelieved, Doubt, Said
from api.handlers import authorizer, carriers, partner_services, renewal, rotation
from api.handlers.settings import Settings
from tests.requirements.rows import rows
from tests.support.signing import E as EXPONENT
from tests.support.signing import jwks as document
from tests.support.signing import signer
from tests.unit.api.domain.examples import CAUSE, NOON, ORDER_ID

OLD, NEW = "what was so at noon", "what is so since"


class World:
    """Everything around a function: it answers what a test says, and has the test's time."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = NOON
        self.answer: Any = OLD
        self.kept: list[PartnerKey] = []
        self.patch = patch
        patch.setattr(sources, "now", self.clock)
        patch.setattr(sources, "told", lambda name: f"eu-west-1_{name}")
        for service in ("dynamodb", "apigateway", "secretsmanager", "sts"):
            patch.setattr(aws, service, lambda: self)
        patch.setattr(partner_services, "settings", lambda: Settings("table", "keys", "arn", "claims"))

    def clock(self) -> datetime:
        return self.now

    # -- what AWS answers ----------------------------------------------------------------------------------------------

    def get_secret_value(self, **_: str) -> Any:
        return {"SecretString": self.answer}

    def get_usage(self, **_: str) -> Any:
        return {"items": {"k": [[1, len(self.answer)]]}}

    def assume_role(self, **asked: Any) -> Any:
        ends = self.now + timedelta(seconds=asked["DurationSeconds"])
        lent = {"AccessKeyId": "a", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": ends}
        return {"Credentials": lent}

    def head_object(self, **_: str) -> Any:
        return {}

    def keep(self, _import: object) -> None: ...

    # -- what a rotation finds: a partner with an old key and its new one ----------------------------------------------

    def pending(self, _secret: str, _version: str) -> str:
        return KeySecret("acme", NEW).text

    def promote(self, _secret: str, _version: str) -> None: ...

    def remove(self, _key: str) -> None: ...

    def get(self, _partner: str) -> Partner:
        good = (PartnerKey(rotation.digest(OLD), "old"), PartnerKey(rotation.digest(NEW), "new"))
        return Partner("acme", "client", Tier.BASIC, SCOPES, PartnerStatus.ACTIVE, "plan", good, 1)

    def replace_keys(self, _partner: Partner, kept: tuple[PartnerKey, ...]) -> None:
        self.kept = list(kept)

    # -- what is asked of it -------------------------------------------------------------------------------------------

    def still(self, ask: Callable[[], object], after: timedelta, then: Any = NEW) -> bool:
        """Whether that time later the answer is still what it was, though it is `then` by now."""
        before = ask()
        self.answer = then
        self.now += after
        return ask() == before


# -- how long something is believed, or good ---------------------------------------------------------------------------


def carriers_client(world: World, after: timedelta) -> bool:
    world.patch.setattr(DynamoCarriers, "get", lambda *_: world.answer)
    known = carriers.services.__wrapped__().carriers
    return world.still(lambda: known.get("client"), after)


def partners_tier(world: World, after: timedelta) -> bool:
    world.patch.setattr(DynamoPartners, "get", lambda *_: world.answer)
    known = partner_services.partner_services.__wrapped__().partners
    return world.still(lambda: known.get("acme"), after)


def partner_at_the_door(world: World, after: timedelta) -> bool:
    world.patch.setattr(DynamoPartners, "of_client", lambda *_: world.answer)
    known = authorizer.door.__wrapped__().partners
    return world.still(lambda: known.get("client"), after)


def partners_usage(world: World, after: timedelta) -> bool:
    gateway = partner_services.partner_services.__wrapped__().gateway
    return world.still(lambda: gateway.used("plan", ["k"], NOON.date()), after)


def partners_session(world: World, after: timedelta) -> bool:
    world.patch.setattr(aws, "dynamodb_lent", lambda _: object())
    orders: Any = partner_services.partner_services.__wrapped__().orders
    return world.still(lambda: orders._client_of("acme"), after)


def keys_of_the_pool(world: World) -> Callable[[str], PublicKey | None]:
    world.patch.setattr(jwks, "fetcher", lambda _: lambda: world.answer)
    return authorizer.door.__wrapped__().key_of


def key_that_the_pool_took_back(world: World, after: timedelta) -> bool:
    world.answer, key_of = document(signer("a"), signer("b")), keys_of_the_pool(world)
    return world.still(lambda: key_of("a"), after, document(signer("b")))


def pool_not_asked_for_what_it_has_not(world: World, after: timedelta) -> bool:
    world.answer, key_of = document(signer("b")), keys_of_the_pool(world)
    return world.still(lambda: key_of("a"), after, document(signer("a"), signer("b")))


def old_key_of_a_partner(world: World, after: timedelta) -> bool:
    parts: Any = {"secrets": world, "keys": world, "partners": world, "clock": world.clock}
    replace(rotation.rotation.__wrapped__(), **parts).finish("secret", "version")
    (old,) = [key for key in world.kept if key.id == "old"]
    return old.is_good(NOON + after)


def secret(world: World, after: timedelta) -> bool:
    kept = Secret("arn")
    return world.still(kept.value, after)


def forged_cursors_look_for_no_key(world: World, after: timedelta) -> bool:
    def seconds() -> float:
        return (world.now - NOON).total_seconds()

    world.answer = "a" * 32
    keys = SigningKeys("arn", seconds)
    return world.still(keys.others, after, "b" * 32)


def cursor_of_a_list(_: World, after: timedelta) -> bool:
    sealed = cursor.payload(Position({"PK": "1"}), NOON)
    try:
        return cursor.position(sealed, NOON + after) is not None
    except InvalidCursor:
        return False


def word_of_the_payment_provider(_: World, after: timedelta) -> bool:
    body = f'{{"id": "evt-1234567890", "payment_id": "{ORDER_ID}", "type": "payment.declined"}}'
    sent = Said(body, webhook.signature(b"k" * 32, int(NOON.timestamp()), body), NOON + after)
    try:
        return webhook.believed(sent, b"k" * 32) is not None
    except Disbelieved as disbelieved:
        if disbelieved.doubt is not Doubt.OLD:
            raise
        return False


def word_of_a_clock_that_is_fast(world: World, after: timedelta) -> bool:
    return word_of_the_payment_provider(world, -after)


def signing(world: World) -> Any:
    """A client of S3 that signs and asks nobody."""
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        world.patch.delenv(name, raising=False)
    session = Session()
    session.set_credentials("ASIA", "secret", "token")
    client: Any = session.create_client("s3", "eu-west-1", config=aws.SIGNING)
    client.head_object = world.head_object
    return client


def signed_for(address: str | None) -> timedelta:
    """How long an address opens what it leads to."""
    return timedelta(seconds=int(parse_qs(urlsplit(str(address)).query)["X-Amz-Expires"][0]))


def address_of_an_invoice(world: World, after: timedelta) -> bool:
    return after < signed_for(S3InvoiceArchive(signing(world), "invoices").address(ORDER_ID))


def link_to_upload_products(world: World, after: timedelta) -> bool:
    imports: Any = world
    links = S3UploadLinks(signing(world), "imports", "arn")
    _, link = AskingForImports(imports, links, world.clock, lambda: "imp-1").ask(1, CAUSE)
    assert signed_for(link.url) == link.expires_at - NOON, "it ends when it says so"
    return NOON + after < link.expires_at


@dataclass(frozen=True)
class Lasting:
    """Something that is believed, or good, for a time and no longer. `by` says who promised: a row, or a docstring."""

    what: str
    promised: timedelta
    holds: Callable[[World, timedelta], bool]
    longer: str
    """What it costs if it lasts longer, or what it is good for that it lasts."""
    by: str


LASTING: Final = (
    Lasting(
        "a client is still a carrier's",
        timedelta(seconds=60),
        carriers_client,
        "a leaked client that was taken from its carrier moves orders (CWE-613)",
        "L12, api/domain/ports.py, Carriers: none within a minute of the last",
    ),
    Lasting(
        "a partner has the tier it had",
        timedelta(seconds=60),
        partners_tier,
        "a partner is told limits that are another tier's",
        "L12, api/domain/ports.py, Partners: as it was at most a minute ago",
    ),
    Lasting(
        "a partner may come in as before",
        timedelta(seconds=60),
        partner_at_the_door,
        "a blocked partner, or a key without an end, comes in (CWE-613)",
        "F7, api/handlers/authorizer.py: for a minute",
    ),
    Lasting(
        "a partner has used what it had",
        timedelta(seconds=60),
        partners_usage,
        "a partner is told that it has room that it has not; shorter, and GetUsage is asked more than it may be",
        "api/adapters/usage.py: kept for a minute",
    ),
    Lasting(
        "credentials that read one partner's orders",
        timedelta(minutes=13),
        partners_session,
        "a role that was taken away is still used; they end after fifteen, which is too late for a request that runs",
        "G6: cached per partner, less than 15 minutes",
    ),
    Lasting(
        "a key that the user pool took back",
        timedelta(hours=1),
        key_that_the_pool_took_back,
        "who has stolen a signing key makes partners' tokens as long as an environment lives (CWE-324)",
        "F7, api/adapters/jwks.py: kept for an hour",
    ),
    Lasting(
        "the pool is not asked for a key that it has not",
        timedelta(seconds=30),
        pool_not_asked_for_what_it_has_not,
        "partners with tokens of a new key wait; shorter, and invented ids make us ask without end (CWE-400)",
        "api/adapters/jwks.py: an unknown key id is anyone's to invent",
    ),
    Lasting(
        "the old key of a partner after a rotation",
        timedelta(days=1),
        old_key_of_a_partner,
        "a key that was rotated as it leaked opens the API (CWE-324); shorter, and partners who read late are out",
        "F6, api/handlers/rotation.py: the old one for a day after finishSecret",
    ),
    Lasting(
        "a secret as it was",
        timedelta(minutes=5),
        secret,
        "what was signed with a secret that was taken out of use is believed",
        "L12, api/adapters/secret.py: kept for five minutes",
    ),
    Lasting(
        "no key is looked for, for cursors that the kept one does not verify",
        timedelta(seconds=30),
        forged_cursors_look_for_no_key,
        "lists break after a rotation; shorter, and forgeries make us ask Secrets Manager without end (CWE-400)",
        "api/adapters/signing_keys.py: no more than twice a minute",
    ),
    Lasting(
        "a cursor",
        timedelta(hours=1),
        cursor_of_a_list,
        "a cursor that leaked with an address leads into somebody's list",
        "api/adapters/cursors.py: good for an hour",
    ),
    Lasting(
        "what the payment provider has signed",
        timedelta(minutes=5),
        word_of_the_payment_provider,
        "who has heard it once sends it again (CWE-294)",
        "api/domain/webhook.py: for a short while only",
    ),
    Lasting(
        "what the payment provider has signed by a clock that is fast",
        timedelta(minutes=5),
        word_of_a_clock_that_is_fast,
        "what was signed for later can be kept until then (CWE-294)",
        "api/domain/webhook.py: either way",
    ),
    Lasting(
        "the address of an invoice",
        timedelta(minutes=1),
        address_of_an_invoice,
        "it opens the invoice to whoever finds it in a history or a log (CWE-598)",
        "getInvoice in the promise: for the next minute",
    ),
    Lasting(
        "the link to upload products by",
        timedelta(minutes=15),
        link_to_upload_products,
        "whoever finds it sets the shop's prices",
        "api/domain/product_imports.py: how long the link is good",
    ),
)
A_LITTLE: Final = timedelta(seconds=1)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


@pytest.mark.parametrize("each", LASTING, ids=lambda each: each.what)
def test_what_is_believed_is_believed_no_longer_than_promised(world: World, each: Lasting) -> None:
    assert not each.holds(world, each.promised + A_LITTLE), f"{each.by}; longer: {each.longer}"


@pytest.mark.parametrize("each", LASTING, ids=lambda each: each.what)
def test_and_as_long_as_promised(world: World, each: Lasting) -> None:
    assert each.holds(world, each.promised - A_LITTLE), f"{each.by}; it is good for something: {each.longer}"


# -- how much is asked for, or taken -----------------------------------------------------------------------------------


def secret_of_ours(size: int) -> bool:
    try:
        return bool(long_enough(b"k" * size))
    except ValueError:
        return False


def key_of_a_pool(bits: int) -> bool:
    try:
        return bool(PublicKey((1 << bits - 1) + 1, EXPONENT))
    except ValueError:
        return False


def token_of(size: int) -> bool:
    head = signer("a").token({"sub": ""}).split(".")[0]
    try:
        jwt.claims_of(f"{head}.{'A' * (size - len(head) - 6)}.AAAA", lambda _: None)
    except Refused as refused:
        return refused.reason is Refusal.UNKNOWN_SIGNER  # it was read, and not turned away for its length
    return True


def photograph_of(size: int) -> bool:
    return taken(size, 0)


def photographs_of_a_claim(number: int) -> bool:
    return taken(16, number - 1)


def taken(size: int, there: int) -> bool:
    """Whether a photograph of that size is kept with a claim that has so many."""
    gone: list[Uploaded] = []

    class Desk:
        def beginning(self, _uploaded: Uploaded, _count: int) -> bytes:
            return b"\xff\xd8\xff"

        def remove(self, uploaded: Uploaded) -> None:
            gone.append(uploaded)

        def photographed(self, _photograph: object, most: int) -> Kept:
            return Kept.NEW if there < most else Kept.FULL

    desk = Desk()
    Receiving(desk, desk, lambda: NOON).receive(Uploaded(f"claims/ann/{ORDER_ID}/{ORDER_ID}/a.jpg", size, ""))
    return not gone


@dataclass(frozen=True)
class Bound:
    """How much of something is taken: `least` or `most` of it, and one less or more is not."""

    what: str
    takes: Callable[[int], bool]
    by: str
    least: int | None = None
    most: int | None = None


BOUNDS: Final = (
    Bound("bytes of a secret of ours", secret_of_ours, "RFC 2104, 3: no shorter than the digest", least=32),
    Bound("bits of a key of the user pool", key_of_a_pool, "RFC 7518, 3.3: 2048 or larger", 2048, 4096),
    Bound("characters of a token", token_of, "api/adapters/jwt.py: a token costs before it is believed", most=8_192),
    Bound("bytes of a photograph", photograph_of, "openClaim in the promise: 10 MiB", most=10 * 1024 * 1024),
    Bound("photographs of a claim", photographs_of_a_claim, "openClaim: the eleventh is taken away", most=10),
)


@pytest.mark.parametrize("bound", BOUNDS, ids=lambda bound: bound.what)
def test_so_much_is_taken_and_nothing_beyond(bound: Bound) -> None:
    step = 8 if bound.what.startswith("bits") else 1
    for edge, beyond in ((bound.least, -step), (bound.most, step)):
        if edge is not None:
            assert bound.takes(edge), f"{edge} {bound.what}; {bound.by}"
            assert not bound.takes(edge + beyond), f"{edge + beyond} {bound.what}; {bound.by}"


@pytest.mark.parametrize(
    ("made", "least"),
    [(rotation.rotation, 32), (renewal.renewal, 48)],
    ids=["the key of a partner", "the key that signs cursors"],
)
def test_a_key_that_is_made_has_as_much_of_chance_as_promised(world: World, made: Any, least: int) -> None:
    """Nobody guesses 256 bits; fewer of them are guessed sooner (CWE-331)."""
    assert world.now == NOON
    keys = {made.__wrapped__().new_key() for _ in range(5)}
    assert len(keys) == 5
    assert {len(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))) for key in keys} == {least}


def test_who_promised_is_named_and_rows_are_rows_of_the_requirements() -> None:
    named = [each.by for each in (*LASTING, *BOUNDS)]
    assert all(named)
    assert {row for by in named for row in re.findall(r"\b[A-T]\d{1,2}\b", by)} <= rows().keys()
