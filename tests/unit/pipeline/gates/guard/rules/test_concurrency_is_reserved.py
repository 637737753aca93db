"""Functions run as often at once as in the base, and none takes the account's room from the others."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Template, edited, first, found, look, release

RULE = "concurrency_is_reserved"
RESERVED = "ReservedConcurrentExecutions"


def reserved(function: str, runs: Any) -> Any:
    def change(document: Template) -> None:
        settings = first(document, "Lambda::Function", function)["Properties"]
        settings[RESERVED] = runs
        if runs is None:
            del settings[RESERVED]

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (reserved("OrdersFunction", None), "nothing is reserved for it: was 225, is nothing"),
        (reserved("OrdersFunction", 1), "it runs 1 times at once: was 225, is 1"),
        (reserved("OrdersFunction", "0"), "it runs 0 times at once"),
        (reserved("OrdersFunction", 117), "less than three quarters of before: was 225, is 117"),
        (reserved("ProductsFunction", 150), "less than three quarters of before: was 207, is 150"),
        (reserved("CustomersFunction", 8), "less than half of before: was 18, is 8"),
        (reserved("IdentityFunction", None), "nothing is reserved for it: was 90"),
        (reserved("MailFunction", 0), "it runs 0 times at once"),
        (reserved("MailFunction", 1), "runs it up to 2 times at once, and it may 1"),
        (reserved("OrdersFunction", 900), "runs are reserved, of 1000 that the account has"),
    ],
)
def test_too_little_or_too_much_is_told(real: Assembly, change: Any, told: str) -> None:
    findings = found(RULE, release(edited(real, "prod/orders", change), real))
    assert any(told in finding.what for finding in findings)


def test_without_a_base_the_api_still_wants_its_share(real: Assembly) -> None:
    (finding,) = found(RULE, release(edited(real, "prod/orders", reserved("OrdersFunction", None))))
    assert "nothing is reserved for it" in finding.what


def test_fewer_that_are_kept_warm_are_told(real: Assembly) -> None:
    def warm(document: Template) -> None:
        config = {"ProvisionedConcurrentExecutions": 5}
        first(document, "Lambda::Alias", "OrdersLive")["Properties"]["ProvisionedConcurrencyConfig"] = config

    (finding,) = found(RULE, release(real, edited(real, "prod/orders", warm)))
    assert "fewer are kept warm: was 5, is nothing" in finding.what
    assert found(RULE, release(edited(real, "prod/orders", warm), real)) == ()


@pytest.mark.parametrize("change", [reserved("OrdersFunction", 180), reserved("CustomersFunction", 9)])
def test_shares_that_are_about_as_large_are_right(real: Assembly, change: Any) -> None:
    good = release(edited(real, "prod/orders", change), real)
    assert found(RULE, good) == ()
    assert look(RULE, good).checked == 97
