"""What watches the account, and what keeps personal data out of logs, goes on."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import (
    Change,
    Template,
    assembly,
    first,
    found,
    look,
    new_in,
    release,
    resource,
    subject,
)

RULE = "watch_stays"
MASKS = "DataProtectionPolicy"


def no_analyzer(document: Template) -> None:
    del document["Resources"][next(name for name in document["Resources"] if "Analyzer" in name)]


def no_budget(document: Template) -> None:
    del document["Resources"][next(name for name in document["Resources"] if "AccountBudget" in name)]


def unmasked(document: Template) -> None:
    del first(document, "Logs::LogGroup", "OrdersLogs")["Properties"][MASKS]


def masked_less(document: Template) -> None:
    first(document, "Logs::LogGroup", "OrdersLogs")["Properties"][MASKS]["Statement"][1]["DataIdentifier"].pop()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (no_analyzer, "AWS::AccessAnalyzer::Analyzer"),
        (no_budget, "AWS::Budgets::Budget"),
        (unmasked, "DataProtectionPolicy was"),
        (masked_less, "it no longer masks or finds "),
    ],
)
def test_what_no_longer_watches_is_told(real: Assembly, change: Change, words: str) -> None:
    (told,) = new_in(RULE, real, change)
    assert words in told.what


def test_a_log_that_masks_more_is_welcome(real: Assembly) -> None:
    def more(document: Template) -> None:
        for statement in first(document, "Logs::LogGroup", "OrdersLogs")["Properties"][MASKS]["Statement"]:
            statement["DataIdentifier"].insert(0, "arn:aws:dataprotection::aws:data-identifier/IpAddress")

    assert new_in(RULE, real, more) == ()


def test_a_trail_that_is_switched_off_is_told() -> None:
    on, off = (resource("CloudTrail::Trail", IsLogging=is_on) for is_on in (True, False))
    (told,) = found(RULE, subject(assembly(prod={"Trail": off}), assembly(prod={"Trail": on})))
    assert "switched off" in told.what
    assert found(RULE, subject(assembly(prod={"Trail": on}), assembly(prod={"Trail": off}))) == ()


def test_the_release_as_it_is_watches_on(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked > 48, part.findings) == (True, ())
