"""Which findings stand, and which are acknowledged."""

from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline.cloud.acknowledged import acknowledged
from pipeline.cloud.findings import Finding, Judged, judge
from pipeline.plan.delivery import DELIVERY
from pipeline.plan.waivers import Waiver

PUBLIC = Finding("Pack-AUTH", "app/beta/Api/GET", "no authorization", "error")
OTHER = Finding("Pack-AUTH", "app/beta/Api/POST", "no authorization", "error")
WIDE = Finding("Pack-IAM[Resource::<Bucket12AB.Arn>/*]", "app/beta/Role", "wildcard", "error")


def acknowledge(rules: tuple[str, ...], where: tuple[str, ...], reason: str = "it is as it should be") -> Waiver:
    return Waiver("cdk-nag", rules, where, reason, "orders-team", date(2027, 6, 30))


def test_a_finding_is_acknowledged_by_its_rule_and_its_place() -> None:
    only_get = acknowledge(("Pack-AUTH",), ("app/*/Api/GET",), "public in the contract")
    assert judge([PUBLIC, OTHER], [only_get]) == Judged(
        open=(OTHER,), acknowledged=((PUBLIC, "public in the contract"),)
    )


def test_logical_ids_in_a_rule_do_not_matter() -> None:
    readers = acknowledge(("Pack-IAM[Resource::<…>/*]",), ("app/*",), "the artifact bucket")
    assert judge([WIDE], [readers]).open == ()


def test_brackets_and_stars_of_a_rule_are_meant_as_they_stand() -> None:
    anything = acknowledge(("Pack-IAM*", "Pack-IAM[Resource::*]"), ("app/*",), "too wide")
    assert judge([WIDE], [anything]).open == (WIDE,)


def test_another_tool_s_waiver_acknowledges_nothing() -> None:
    other = Waiver("checkov", ("Pack-AUTH",), ("app/*",), "public in the contract", "orders-team", date(2027, 6, 30))
    assert judge([PUBLIC], [other]).open == (PUBLIC,)


def test_what_is_acknowledged_for_one_action_is_not_for_another() -> None:
    def everywhere(action: str) -> Finding:
        return Finding("Pack-IAM[Resource::*]", "app/beta/Role", "everywhere", "error", action)

    traces, reads = everywhere("xray:PutTraceSegments"), everywhere("dynamodb:GetItem")
    named = acknowledge(("Pack-IAM[Resource::*] for xray:PutTraceSegments",), ("app/*",), "X-Ray names no resources")
    assert judge([traces, reads], [named]).open == (reads,)
    unnamed = acknowledge(("Pack-IAM[Resource::*]",), ("app/*",), "whatever may be done")
    assert judge([traces, reads], [unnamed]).open == (traces, reads)


def test_without_acknowledgements_everything_stands() -> None:
    assert judge([PUBLIC, WIDE], []) == Judged(open=(PUBLIC, WIDE), acknowledged=())


def test_what_is_acknowledged_of_cdk_nag_stands_in_the_one_list_of_waivers() -> None:
    told = acknowledged(Path(__file__).parents[4], DELIVERY)
    assert told
    assert {each.tool for each in told} == {"cdk-nag"}


places = st.sampled_from(["app/a", "app/b", "app/c/d"])
rules = st.sampled_from(["R1", "R2", "R3[x::<Id1>]"])
findings = st.lists(st.builds(Finding, rules, places, st.just("what"), st.just("error")))
entries = st.lists(
    st.builds(
        acknowledge,
        st.lists(st.sampled_from(["R1", "R2", "R3[x::<…>]"]), max_size=2).map(tuple),
        st.lists(st.sampled_from(["app/*", "app/a", "nowhere"]), max_size=2).map(tuple),
        st.just("a reason"),
    )
)


@given(findings, entries)
def test_no_finding_is_lost(found: list[Finding], waivers: list[Waiver]) -> None:
    assert sorted(judge(found, waivers).found, key=repr) == sorted(found, key=repr)
