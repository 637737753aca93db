"""What the seed leaves for traffic belongs together: a token finds what the parameters beside it name."""

import random

import pytest

from pipeline.rehearsal.load import plan_requests, read_seed
from pipeline.rehearsal.load.request import Mix, draw
from tests.load.seed import NEEDED, Ordered, Person, Seeded, main
from tests.support.carriers import CarrierSystem
from tests.support.masked import Masked
from tests.support.partners import PartnerSystem
from tests.support.promised import promise

SEEDED = Seeded(
    people=(Person("seed-ann@example.com", Masked("word"), Masked("anns")),),
    token=Masked("anns"),
    skus=("SEED-TEA-01",),
    orders=(Ordered("order-1", "payment-1"), Ordered("order-2", "payment-2")),
    partner=PartnerSystem("seed", "seed-1", Masked("partners"), Masked("key")),
    partner_orders=(Ordered("order-3", ""),),
    carrier=CarrierSystem("northway", Masked("carriers")),
    operator=Masked("operators"),
    product_import="import-1",
)


def targets(operation: str) -> set[str]:
    """Where requests of one operation go."""
    plan = plan_requests(promise(), read_seed(SEEDED.document(), "seed"))
    (template,) = (each for each in plan.templates if each.operation == operation)
    rng = random.Random(1)  # noqa: S311  nothing secret
    return {draw(Mix(((template,),)), rng).target for _ in range(30)}


def test_a_customer_reads_its_own_orders_and_a_partner_its_own() -> None:
    assert targets("getOrder") == {"/v1/orders/order-1", "/v1/orders/order-2"}
    assert targets("getPartnerOrder") == {"/partner/v1/orders/order-3"}


def test_an_operator_and_nobody_else_reads_of_its_import() -> None:
    plan = plan_requests(promise(), read_seed(SEEDED.document(), "seed"))
    (template,) = (each for each in plan.templates if each.operation == "getProductImport")
    assert template.tokens == ("operators",)
    assert targets("getProductImport") == {"/v1/product-imports/import-1"}


def test_a_carrier_tells_of_the_partners_parcels_which_nobody_cancels() -> None:
    document = SEEDED.document()
    assert document["bearer"]["carrier"] == ["carriers"]
    (scan,) = document["bodies"]["scanParcel"]
    assert scan["tracking_number"] == "NWorder-301"


def test_a_payment_is_read_with_the_order_that_it_pays() -> None:
    assert targets("getPayment") == {"/v1/orders/order-1/payments/payment-1"}


def test_the_seed_says_what_it_is_and_what_it_must_be_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"], {})
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert told.startswith("usage: scripts/seed [-h]")
    assert all(name in told for name in NEEDED)
    assert main([], {}) == 2
    assert capsys.readouterr().err.startswith("seed: set SLIPWAY_API_URL, ")
