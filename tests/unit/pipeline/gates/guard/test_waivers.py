"""The guard's waivers: what they cover, and that they end and stay true."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline.gates.context import GateBroke
from pipeline.gates.guard import waivers
from pipeline.gates.guard.registry import all_rules
from pipeline.gates.guard.waivers import FILE, Waiver
from pipeline.gates.part import Part
from pipeline.record.verdict import Finding
from tests.unit.pipeline.gates.world import TODAY

RARE = Finding("prod/orders:RareLive1 UpdatePolicy (Rare/Live)", "alias_shifts does not shift")
BUSY = Finding("prod/orders:BusyLive1 UpdatePolicy (Busy/Live)", "alias_shifts does not shift")
WAIVER = Waiver("alias_shifts", ("*/orders:RareLive*",), "Asked far too seldom", "us", date(2027, 1, 1))
PART = Part("rollout", 9, "looks", (RARE, BUSY))


def test_only_what_a_waiver_speaks_of_is_set_aside() -> None:
    part = waivers.spare(PART, [WAIVER], TODAY)
    assert (part.findings, part.waived) == ((BUSY,), (RARE,))
    assert waivers.wrong([part], [WAIVER], TODAY) == ()


@pytest.mark.parametrize(
    "other",
    [replace(WAIVER, rule="alias"), replace(WAIVER, resource=("RareLive1",)), replace(WAIVER, resource=("beta/*",))],
)
def test_another_rule_or_resource_is_not_covered(other: Waiver) -> None:
    part = waivers.spare(PART, [other], TODAY)
    assert (part.findings, part.waived) == (PART.findings, ())


def test_a_waiver_is_good_on_its_last_day_and_not_after() -> None:
    last, over = replace(WAIVER, expires=TODAY), replace(WAIVER, expires=date(2026, 11, 22))
    assert waivers.wrong([waivers.spare(PART, [last], TODAY)], [last], TODAY) == ()
    part = waivers.spare(PART, [over], TODAY)
    assert part.findings == PART.findings
    ended = [finding.what for finding in waivers.wrong([part], [over], TODAY)]
    assert ended == ["the waiver of alias_shifts ended on 2026-11-22"]


def test_a_waiver_that_waives_nothing_at_one_of_its_resources_is_a_finding() -> None:
    gone = replace(WAIVER, resource=("*/orders:RareLive*", "*/orders:GoneLive*"))
    (wrong,) = waivers.wrong([waivers.spare(PART, [gone], TODAY)], [gone], TODAY)
    assert (wrong.where, wrong.fix) == (str(FILE), "remove it")
    assert wrong.what == "the waiver of alias_shifts waives nothing at */orders:GoneLive*"


def test_nobody_knows_whether_a_waiver_is_needed_where_a_rule_broke() -> None:
    assert waivers.wrong([Part("rollout", 0, "looks", broken="crashed")], [WAIVER], TODAY) == ()


def test_the_committed_waivers_can_be_read_and_name_rules_that_there_are() -> None:
    committed = waivers.read(Path(__file__).parents[5])
    assert {waiver.rule for waiver in committed} <= {rule.id for rule in all_rules()}
    assert all(waiver.expires > TODAY for waiver in committed)


GOOD = 'rule="a"\nresource=["*"]\nexpires=2027-01-01\n'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[waiver]\n", "waivers.toml: "),
        ('[[waiver]]\nrule = "a"\n', "waiver.0.resource: Field required"),
        (f'[[waiver]]\n{GOOD}reason="it is so"\nowner="us"\nforever=true\n', "waiver.0.forever: "),
        (f'[[waiver]]\n{GOOD}reason="later"\nowner="us"\n', "a: a reason is a sentence, and an owner a name"),
        (f'[[waiver]]\n{GOOD}reason="it is so"\nowner=" "\n', "a: a reason is a sentence, and an owner a name"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_says_where(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / FILE
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(GateBroke) as problem:
        waivers.read(tmp_path)
    assert why in str(problem.value)


def test_no_file_is_no_waiver(tmp_path: Path) -> None:
    assert waivers.read(tmp_path) == ()
