"""Asking the provider: twice at most, behind the breaker, and counted."""

import pytest

from api.domain.cashier import KEPT_BACK, NOT_ASKED, PATIENCE, patience
from api.domain.circuit import FAILURES_TO_OPEN, UNTROUBLED, Circuit, Phase
from api.domain.payment import Authorised, Declined, Unavailable, Undecided, Voided
from api.domain.ports import KeptCircuit
from tests.unit.api.domain.examples import CAUSE, LATER, PAYMENT_ID
from tests.unit.api.domain.paying import till, unpaid

PAYMENT = unpaid().payment
YES = Authorised("PSP-1")
TIMED_OUT = Unavailable(timed_out=True)


@pytest.mark.parametrize(("remaining", "seconds"), [(9.0, PATIENCE), (4.0, 4.0 - KEPT_BACK), (1.0, 0.0)])
def test_the_provider_has_three_seconds_or_what_the_invocation_can_spare(remaining: float, seconds: float) -> None:
    assert patience(remaining) == seconds


@pytest.mark.parametrize(("answer", "counted"), [(YES, ["PaymentAuthorised"]), (Declined(), ["PaymentDeclined"])])
def test_an_answer_is_counted_and_ends_it(answer: Authorised | Declined, counted: list[str]) -> None:
    asked = till(answer)
    assert PAYMENT is not None
    assert asked.cashier.authorise(PAYMENT, CAUSE.correlation_id, 3.0) == answer
    assert asked.counted == counted
    assert asked.provider.asked == [("authorise", PAYMENT_ID, CAUSE.correlation_id)]


def test_a_lost_answer_is_asked_for_again_under_the_same_payment() -> None:
    asked = till(TIMED_OUT, YES)
    assert PAYMENT is not None
    assert asked.cashier.authorise(PAYMENT, "chain", 3.0) == YES
    assert asked.provider.asked == [("authorise", PAYMENT_ID, "chain")] * 2
    assert asked.circuits.kept.circuit == UNTROUBLED


def test_two_lost_answers_are_one_failure() -> None:
    asked = till(TIMED_OUT)
    assert PAYMENT is not None
    assert asked.cashier.authorise(PAYMENT, "chain", 3.0) == TIMED_OUT
    assert (asked.counted, asked.circuits.kept.circuit.failures) == (["PaymentProviderTimeout"], 1)


def test_five_failures_later_nobody_is_asked_any_more() -> None:
    asked = till(Unavailable())
    assert PAYMENT is not None
    for _ in range(FAILURES_TO_OPEN):
        asked.cashier.authorise(PAYMENT, "chain", 3.0)
    made = len(asked.provider.asked)
    assert asked.cashier.authorise(PAYMENT, "chain", 3.0) == NOT_ASKED
    assert (len(asked.provider.asked), asked.counted) == (made, ["CircuitOpened"])


@pytest.mark.parametrize("answer", [Declined(), Undecided()])
def test_what_the_provider_says_is_no_failure_of_its_own(answer: Declined | Undecided) -> None:
    asked = till(answer)
    assert PAYMENT is not None
    for _ in range(FAILURES_TO_OPEN + 1):
        assert asked.cashier.authorise(PAYMENT, "chain", 3.0) == answer
    assert len(asked.provider.asked) == FAILURES_TO_OPEN + 1
    assert asked.circuits.kept.circuit == UNTROUBLED


def test_without_time_the_provider_is_not_asked_and_no_probe_is_spent() -> None:
    asked = till(YES)
    asked.circuits.kept = KeptCircuit(Circuit(Phase.OPEN, since=LATER.replace(year=2020)), 1)
    assert PAYMENT is not None
    assert asked.cashier.authorise(PAYMENT, "chain", 0.1) == NOT_ASKED
    assert (asked.provider.asked, asked.circuits.writes) == ([], 0)


def test_voiding_goes_the_same_way() -> None:
    asked = till(Unavailable(), Voided())
    assert PAYMENT is not None
    assert asked.cashier.void(PAYMENT, "chain", 3.0) == Voided()
    assert asked.provider.asked == [("void", PAYMENT_ID, "chain")] * 2


@pytest.mark.parametrize("answer", [YES, Declined()])
def test_a_customer_can_pay_while_the_notes_about_the_provider_are_away(answer: Authorised | Declined) -> None:
    asked = till(answer)
    asked.circuits.kept = KeptCircuit(Circuit(Phase.OPEN, since=LATER), 1)
    asked.circuits.down = True
    assert PAYMENT is not None
    for _ in range(FAILURES_TO_OPEN + 1):
        assert asked.cashier.authorise(PAYMENT, "chain", 3.0) == answer
    assert asked.provider.asked == [("authorise", PAYMENT_ID, "chain")] * (FAILURES_TO_OPEN + 1)


def test_nor_is_money_kept_because_they_are_away() -> None:
    asked = till(Voided())
    asked.circuits.down = True
    assert PAYMENT is not None
    assert asked.cashier.void(PAYMENT, "chain", 3.0) == Voided()
