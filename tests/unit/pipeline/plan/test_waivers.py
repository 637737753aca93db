"""The list of waivers: what it may say, and which findings one covers."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.plan.delivery import DELIVERY
from pipeline.plan.model import Addresses, Chat, Delivery, Stage
from pipeline.plan.waivers import BadWaivers, Waiver, read

GIVEN = """[[waiver]]
tool = "checkov"
rule = "CKV_AWS_18"
where = ["*:Bucket.A*", "*:Bucket.B*"]
reason = "nobody reads it"
owner = "orders-team"
expires = 2027-06-30
"""


def waiver(rule: tuple[str, ...] = ("R1", "R2"), where: tuple[str, ...] = ("a/*", "a/b")) -> Waiver:
    return Waiver("tool", rule, where, "it is as it should be", "orders-team", date(2027, 6, 30))


def test_one_rule_may_stand_alone_and_several_in_a_list() -> None:
    (alone,) = read(GIVEN, DELIVERY)
    assert (alone.rule, alone.where) == (("CKV_AWS_18",), ("*:Bucket.A*", "*:Bucket.B*"))
    (several,) = read(GIVEN.replace('"CKV_AWS_18"', '["CKV_AWS_18", "CKV_AWS_21"]'), DELIVERY)
    assert several.rule == ("CKV_AWS_18", "CKV_AWS_21")


@pytest.mark.parametrize(
    ("word", "instead", "why"),
    [
        ("[[waiver]]", "[[waiver]", "Expected"),
        ('owner = "orders-team"\n', "", "waiver.0.owner: Field required"),
        ("expires = 2027-06-30\n", "", "waiver.0.expires: Field required"),
        ("2027-06-30", '"never"', "waiver.0.expires: "),
        ("nobody reads it", "fine", "CKV_AWS_18: a reason is a sentence"),
        ("orders-team", " ", "CKV_AWS_18: somebody owns a waiver"),
        ("tool", "tools", "waiver.0.tool: Field required"),
    ],
)
def test_a_list_that_is_none_says_what_is_wrong(word: str, instead: str, why: str) -> None:
    with pytest.raises(BadWaivers, match=why):
        read(GIVEN.replace(word, instead, 1), DELIVERY)


def test_a_rule_speaks_of_the_plan_s_accounts_and_of_no_other() -> None:
    ours = DELIVERY.environment
    (waiver,) = read(GIVEN.replace("CKV_AWS_18", "R[${pipeline.region}:${pipeline.account}:x]"), DELIVERY)
    assert waiver.rule == (f"R[{ours.region}:{ours.account}:x]",)
    (waiver,) = read(GIVEN.replace("CKV_AWS_18", "R[${stage.account}:${stage}]"), DELIVERY)
    assert waiver.rule == tuple(f"R[{each.environment.account}:{each.name}]" for each in DELIVERY.stages)
    with pytest.raises(
        BadWaivers, match=r"R\[\$\{staging\.account\}\]: \$\{staging\.account\} is no name of the plan's"
    ):
        read(GIVEN.replace("CKV_AWS_18", "R[${staging.account}]"), DELIVERY)


def told(alerts: Addresses) -> Delivery:
    """The plan, where its last stage tells these of alerts, and no other stage anybody."""
    last = DELIVERY.stages[-1]
    whom = {stage: alerts if stage is last else Addresses() for stage in DELIVERY.stages}
    steps = [
        replace(step, settings=replace(step.settings, alerts=whom[step])) if isinstance(step, Stage) else step
        for step in DELIVERY.steps
    ]
    return replace(DELIVERY, steps=tuple(steps))


def test_a_waiver_for_a_setting_waits_until_a_stage_asks_for_it() -> None:
    given = GIVEN.replace("CKV_AWS_18", "R[${stage}]") + 'only_with = "alerts.chat"\n'
    assert read(given, told(Addresses())) == ()
    (waiver,) = read(given, told(Addresses(chat=Chat("T1", "C1"))))
    assert waiver.rule == (f"R[{DELIVERY.stages[-1].name}]",)


def test_a_waiver_for_no_setting_of_the_plan_is_none() -> None:
    with pytest.raises(BadWaivers, match=r"CKV_AWS_18: .* has no attribute 'fax'"):
        read(GIVEN + 'only_with = "alerts.fax"\n', DELIVERY)


def test_an_empty_list_waives_nothing() -> None:
    assert read("", DELIVERY) == ()


def test_every_place_that_matches_is_told() -> None:
    assert list(waiver().covers("tool", "R2", "a/b")) == [("R2", "a/*"), ("R2", "a/b")]
    assert list(waiver().covers("tool", "R3", "a/b")) == []
    assert list(waiver().covers("other", "R2", "a/b")) == []


@given(st.text("R<>[]*:x1 ", max_size=12))
def test_a_rule_is_no_pattern(rule: str) -> None:
    covered = bool(list(waiver(("R1*", "R[12]", "R?")).covers("tool", rule, "a/b")))
    assert covered == (rule in ("R1*", "R[12]", "R?"))
