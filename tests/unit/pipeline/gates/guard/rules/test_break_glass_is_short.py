"""A stage's break-glass holds for a day at most, says why and whose it is, and every hook of its rollouts knows it."""

import json
from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from pipeline.gates.guard.facts import break_glass as facts
from pipeline.hooks import break_glass as hooks
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, release

RULE = "break_glass_is_short"
HOOKS = ("RolloutOrdersBefore", "RolloutOrdersAfter")
FLAG = {
    "since": "2026-11-28T12:00:00+00:00",
    "until": "2026-11-28T18:00:00+00:00",
    "reason": "payments are down",
    "owner": "ada",
}


def told(flag: Any, *hooks: str) -> Change:
    """A flag that these hooks are told of, or both."""

    def change(document: Template) -> None:
        for hook in hooks or HOOKS:
            variables = first(document, "Lambda::Function", hook)["Properties"]["Environment"]["Variables"]
            variables["BREAK_GLASS"] = flag if isinstance(flag, str) else json.dumps({**FLAG, **flag})

    return change


def unwatched(document: Template) -> None:
    first(document, "CodeDeploy::DeploymentGroup", "RolloutOrders")["Properties"]["AlarmConfiguration"]["Enabled"] = (
        False
    )


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (told({"until": "2026-11-29T12:00:01+00:00"}), "it holds for 1 day, 0:00:01, where 1 day, 0:00:00 is the most"),
        (told({"until": "2026-11-28T12:00:00+00:00"}), "it holds for 0:00:00, where"),
        (told({"until": "2027-11-28T12:00:00+00:00"}), "it holds for 365 days, 0:00:00, where"),
        (told({"since": "2026-11-28T18:00:00+00:00", "until": "2026-11-28T12:00:00+00:00"}), "it holds for -1 day"),
        (told({"since": "2026-11-28T12:00:00", "until": "2026-11-28T18:00:00"}), "its hours have no zone"),
        (told({"reason": "urgent"}), "its reason is 'urgent'"),
        (told({"reason": "          "}), "its reason is '          '"),
        (told({"owner": " "}), "nobody answers for it"),
        (told("yes"), "it can't be read"),
        (told("{}"), "it can't be read"),
        (told({"until": "soon"}), "it can't be read"),
        (told({}, HOOKS[0]), "its hooks know of different flags, or one of none"),
        (told({}, HOOKS[1]), "its hooks know of different flags, or one of none"),
    ],
)
def test_one_that_may_not_hold_is_told(real: Assembly, change: Change, wrong: str) -> None:
    findings = found(RULE, release(edited(real, "prod/orders", change)))
    assert any(wrong in each.what and each.where.startswith("prod/orders:OrdersLive") for each in findings)


def test_one_that_may_is_noted_for_who_approves_it(real: Assembly) -> None:
    part = look(RULE, release(edited(real, "prod/orders", told({}))))
    assert part.findings == ()
    (note,) = part.warnings
    assert "until 2026-11-28T18:00:00+00:00: no alarm stops its rollouts" in note.what
    assert "payments are down (ada)" in note.what


def test_a_day_is_as_long_for_the_guard_as_for_the_hooks_that_hold_it_to_the_clock() -> None:
    assert facts.LONGEST == hooks.LONGEST


def test_without_one_nothing_is_said(real: Assembly) -> None:
    part = look(RULE, release(real))
    assert (part.findings, part.warnings, part.checked) == ((), (), 15)


def test_alarms_are_off_while_the_glass_is_broken_and_never_else(real: Assembly) -> None:
    """Which `alarms_stop_rollout` looks at."""

    def both(document: Template) -> None:
        told({})(document)
        unwatched(document)

    off = found("alarms_stop_rollout", release(edited(real, "prod/orders", unwatched)))
    assert ["not switched on" in each.what for each in off] == [True]
    assert found("alarms_stop_rollout", release(edited(real, "prod/orders", both))) == ()
