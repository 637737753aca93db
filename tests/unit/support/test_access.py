"""Who may call what: the promise says the same as the table that is kept by hand."""

from tests.support.access import ANYBODY, OPEN_TO, promised_to
from tests.support.promised import operations


def test_the_promise_lets_in_whom_the_table_names_and_nobody_else() -> None:
    promised = {operation.name: promised_to(operation) for operation in operations()}
    wrong = {name: sorted(roles) for name, roles in promised.items() if roles != OPEN_TO.get(name, roles)}
    assert wrong == {}, "if that is meant, say so in tests/support/access.py"


def test_what_is_not_promised_any_more_is_not_in_the_table() -> None:
    assert set(OPEN_TO) <= {operation.name for operation in operations()}


def test_what_is_open_to_anybody_only_reads_or_is_signed() -> None:
    """A new operation that changes something without asking who is calling has to be thought about."""
    changing = [each for each in operations() if promised_to(each) == ANYBODY and each.method != "GET"]
    assert [each.name for each in changing] == ["hearPaymentProvider"]
