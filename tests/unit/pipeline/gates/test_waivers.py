"""Waivers: what they cover, and that they end and stay true."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.gates import waivers
from pipeline.gates.context import GateBroke
from pipeline.gates.part import Part
from pipeline.gates.waivers import FILE
from pipeline.plan.waivers import Waiver
from pipeline.record.verdict import Finding
from tests.unit.pipeline.gates.world import TODAY

PUBLIC = Finding("beta.template.json:Method.ProductsGET1", "CKV_AWS_59 Ensure there is no open access", "", "high")
OPEN = Finding("beta.template.json:Method.OrdersPOST1", "CKV_AWS_59 Ensure there is no open access", "", "high")
WAIVER = Waiver(
    "checkov", ("CKV_AWS_59",), ("*:Method.ProductsGET*",), "Public by design, see x", "orders-team", date(2027, 1, 1)
)
PART = Part("checkov", 9, "resources", (PUBLIC, OPEN))


def test_only_what_a_waiver_speaks_of_is_set_aside() -> None:
    part = waivers.spare(PART, [WAIVER], TODAY)
    assert (part.findings, part.waived) == ((OPEN,), (PUBLIC,))
    assert waivers.wrong([part], [WAIVER], TODAY) == ()


@pytest.mark.parametrize(
    "other",
    [replace(WAIVER, tool="cfn-lint"), replace(WAIVER, rule=("CKV_AWS_5",)), replace(WAIVER, where=("ProductsGET",))],
)
def test_another_tool_rule_or_place_is_not_covered(other: Waiver) -> None:
    part = waivers.spare(PART, [other], TODAY)
    assert (part.findings, part.waived) == (PART.findings, ())


def test_a_waiver_is_good_on_its_last_day_and_not_after() -> None:
    last, over = replace(WAIVER, expires=TODAY), replace(WAIVER, expires=date(2026, 11, 22))
    assert waivers.wrong([waivers.spare(PART, [last], TODAY)], [last], TODAY) == ()
    part = waivers.spare(PART, [over], TODAY)
    assert part.findings == PART.findings
    ended = [finding.what for finding in waivers.wrong([part], [over], TODAY)]
    assert ended == ["the waiver of checkov CKV_AWS_59 ended on 2026-11-22"]


def test_a_waiver_that_waives_nothing_at_one_of_its_places_is_a_finding() -> None:
    gone = replace(WAIVER, where=("*:Method.ProductsGET*", "*:Method.HealthGET*"))
    (wrong,) = waivers.wrong([waivers.spare(PART, [gone], TODAY)], [gone], TODAY)
    assert (wrong.where, wrong.severity, wrong.fix) == (str(FILE), "high", "remove it (orders-team)")
    assert wrong.what == "the waiver of checkov CKV_AWS_59 waives nothing at *:Method.HealthGET*"


def test_a_waiver_of_several_rules_needs_each_of_them_at_each_place() -> None:
    both = replace(WAIVER, rule=("CKV_AWS_59", "CKV_AWS_60"))
    (wrong,) = waivers.wrong([waivers.spare(PART, [both], TODAY)], [both], TODAY)
    assert wrong.what == "the waiver of checkov CKV_AWS_60 waives nothing at *:Method.ProductsGET*"


def test_what_may_be_done_to_everything_is_waived_action_by_action() -> None:
    rule = "AwsSolutions-IAM5[Resource::*]"
    found = tuple(Finding("a/Role", f"{rule} for {action}: everywhere", "", "high") for action in ("a:B", "a:BC"))
    part = Part("cdk-nag", 9, "resources", found)
    for waived, left in ((f"{rule} for a:B", found[1:]), (rule, found), (f"{rule} for a:*", found)):
        given = replace(WAIVER, tool="cdk-nag", rule=(waived,), where=("a/*",))
        assert waivers.spare(part, [given], TODAY).findings == left


def test_logical_ids_in_a_rule_do_not_matter() -> None:
    part = Part("cdk-nag", 9, "resources", (Finding("a/Role", "IAM5[Resource::<Bucket12AB.Arn>/*]: wide"),))
    given = replace(WAIVER, tool="cdk-nag", rule=("IAM5[Resource::<…>/*]",), where=("a/Role",))
    assert waivers.spare(part, [given], TODAY).findings == ()


def test_nobody_knows_whether_the_waivers_of_a_broken_tool_are_needed() -> None:
    broken, whole = Part("checkov", 0, "resources", broken="crashed"), Part("checkov", 9, "resources")
    assert waivers.wrong([broken], [WAIVER], TODAY) == ()
    assert waivers.wrong([broken, whole], [WAIVER], TODAY) == ()
    assert len(waivers.wrong([whole], [WAIVER], TODAY)) == 1


@pytest.mark.parametrize("where", ["*", "*:*", "**/*", "*/*:*"])
def test_a_waiver_for_everywhere_is_a_finding(where: str) -> None:
    (told,) = waivers.loose([WAIVER, replace(WAIVER, where=(where,))], TODAY)
    assert told.what == f"the waiver of checkov CKV_AWS_59 waives it at {where}, which is everywhere"


def test_so_is_one_that_hardly_ever_ends() -> None:
    last = TODAY + waivers.LONGEST
    (told,) = waivers.loose([replace(WAIVER, expires=last + timedelta(days=day)) for day in (0, 1)], TODAY)
    assert told.what == f"the waiver of checkov CKV_AWS_59 lasts until {last + timedelta(days=1)}"


def test_the_guard_tells_more_of_a_place_than_a_waiver_names() -> None:
    rare, busy = (
        Finding(f"prod/orders:{name}Live1 UpdatePolicy ({name}/Live)", "shifts does not shift")
        for name in ("Rare", "Busy")
    )
    given = replace(WAIVER, tool="guard", rule=("shifts",), where=("*/orders:RareLive1",))
    part = waivers.spare(Part("guard", 9, "looks", (rare, busy)), [given], TODAY)
    assert (part.findings, part.waived) == ((busy,), (rare,))
    assert waivers.wrong([part], [given], TODAY) == ()


def test_the_committed_waivers_can_be_read_and_have_not_ended_when_this_was_written() -> None:
    committed = waivers.read(Path(__file__).parents[4])
    assert committed
    assert all(waiver.expires > TODAY for waiver in committed)
    assert {waiver.tool for waiver in committed} == {"cdk-nag", "cfn-lint", "checkov", "guard", "settings"}
    assert not any("*" in waiver.where for waiver in committed)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[waiver]\n", "waivers.toml: "),
        ('[[waiver]]\ntool = "checkov"\n', "waiver.0.rule: Field required"),
        (
            '[[waiver]]\ntool="a"\nrule="b"\nwhere=["*"]\nreason="it is so"\nowner="us"\nexpires=2027-01-01\never=1\n',
            "waiver.0.ever: ",
        ),
        (
            '[[waiver]]\ntool="a"\nrule="b"\nwhere=["*"]\nreason="later"\nowner="us"\nexpires=2027-01-01\n',
            "b: a reason is a sentence",
        ),
        (
            '[[waiver]]\ntool="a"\nrule="b"\nwhere=["*"]\nreason="it is so"\nowner=" "\nexpires=2027-01-01\n',
            "b: somebody owns a waiver",
        ),
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


def list_of(folder: Path, *waivers_: Waiver) -> Path:
    """A release's folder, whose source has these waivers."""
    path = folder / FILE
    path.parent.mkdir(parents=True)
    text = "".join(
        f'[[waiver]]\ntool = "{one.tool}"\nrule = {list(one.rule)}\nwhere = {list(one.where)}\n'
        f'reason = "{one.reason}"\nowner = "{one.owner}"\nexpires = {one.expires}\n'
        for one in waivers_
    )
    path.write_text(text)
    return folder


def test_a_waiver_counts_as_far_as_the_base_release_has_it(tmp_path: Path) -> None:
    wider = replace(WAIVER, rule=("CKV_AWS_59", "CKV_AWS_60"), where=(*WAIVER.where, "*:Method.OrdersPOST*"))
    valid = waivers.released([wider], list_of(tmp_path, WAIVER))
    assert valid == (replace(WAIVER, rule=("CKV_AWS_59",)),)
    assert [each.what.split(" is new")[0] for each in waivers.waiting([wider], valid)] == [
        "the waiver of checkov CKV_AWS_59 at *:Method.OrdersPOST*",
        "the waiver of checkov CKV_AWS_60 at *:Method.ProductsGET*",
        "the waiver of checkov CKV_AWS_60 at *:Method.OrdersPOST*",
    ]


def test_the_source_of_the_base_may_lie_in_a_folder_of_its_own(tmp_path: Path) -> None:
    list_of(tmp_path / "source", WAIVER)
    assert waivers.released([WAIVER], tmp_path) == (WAIVER,)


def test_a_renewed_waiver_is_the_same_one(tmp_path: Path) -> None:
    longer = replace(WAIVER, expires=date(2027, 6, 1), reason="Still public by design")
    assert waivers.released([longer], list_of(tmp_path, WAIVER)) == (longer,)


def test_a_base_without_a_list_has_waived_nothing_and_no_base_leaves_all(tmp_path: Path) -> None:
    assert waivers.released([WAIVER], tmp_path) == ()
    assert waivers.released([WAIVER], None) == (WAIVER,)
