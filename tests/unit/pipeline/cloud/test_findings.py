"""Which findings stand, which are acknowledged, and which acknowledgements have outlived their reason."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.cloud.acknowledged import ACKNOWLEDGED, Acknowledged
from pipeline.cloud.findings import Finding, Judged, judge

PUBLIC = Finding("Pack-AUTH", "app/beta/Api/GET", "no authorization", "error")
OTHER = Finding("Pack-AUTH", "app/beta/Api/POST", "no authorization", "error")
WIDE = Finding("Pack-IAM[Resource::<Bucket12AB.Arn>/*]", "app/beta/Role", "wildcard", "error")


def test_a_finding_is_acknowledged_by_its_rule_and_its_place() -> None:
    only_get = Acknowledged(("Pack-AUTH",), ("app/*/Api/GET",), "public in the contract")
    assert judge([PUBLIC, OTHER], [only_get]) == Judged(
        open=(OTHER,), acknowledged=((PUBLIC, "public in the contract"),), unused=()
    )


def test_logical_ids_in_a_rule_do_not_matter() -> None:
    readers = Acknowledged(("Pack-IAM[Resource::<…>/*]",), ("app/*",), "the artifact bucket")
    assert judge([WIDE], [readers]).open == ()


def test_brackets_and_stars_of_a_rule_are_meant_as_they_stand() -> None:
    anything = Acknowledged(("Pack-IAM*", "Pack-IAM[Resource::*]"), ("app/*",), "too wide")
    assert judge([WIDE], [anything]).open == (WIDE,)


def test_an_acknowledgement_that_matches_nothing_is_unused_place_by_place() -> None:
    two_places = Acknowledged(("Pack-AUTH",), ("app/*/Api/GET", "app/*/Api/DELETE"), "public")
    assert judge([PUBLIC], [two_places]).unused == (("Pack-AUTH", "app/*/Api/DELETE"),)


def test_what_is_acknowledged_for_one_action_is_not_for_another() -> None:
    def everywhere(action: str) -> Finding:
        return Finding("Pack-IAM[Resource::*]", "app/beta/Role", "everywhere", "error", action)

    traces, reads = everywhere("xray:PutTraceSegments"), everywhere("dynamodb:GetItem")
    named = Acknowledged(("Pack-IAM[Resource::*] for xray:PutTraceSegments",), ("app/*",), "X-Ray names no resources")
    assert judge([traces, reads], [named]).open == (reads,)
    unnamed = Acknowledged(("Pack-IAM[Resource::*]",), ("app/*",), "whatever may be done")
    assert judge([traces, reads], [unnamed]).open == (traces, reads)


def test_without_acknowledgements_everything_stands() -> None:
    assert judge([PUBLIC, WIDE], []) == Judged(open=(PUBLIC, WIDE), acknowledged=(), unused=())


def test_every_acknowledgement_gives_a_reason_and_names_no_whole_account() -> None:
    for each in ACKNOWLEDGED:
        assert len(each.reason) > 30
        assert "*" not in each.where


places = st.sampled_from(["app/a", "app/b", "app/c/d"])
rules = st.sampled_from(["R1", "R2", "R3[x::<Id1>]"])
findings = st.lists(st.builds(Finding, rules, places, st.just("what"), st.just("error")))
entries = st.lists(
    st.builds(
        Acknowledged,
        st.lists(st.sampled_from(["R1", "R2", "R3[x::<…>]"]), max_size=2).map(tuple),
        st.lists(st.sampled_from(["app/*", "app/a", "nowhere"]), max_size=2).map(tuple),
        st.just("a reason"),
    )
)


@given(findings, entries)
def test_no_finding_is_lost(found: list[Finding], acknowledged: list[Acknowledged]) -> None:
    judged = judge(found, acknowledged)
    kept = [*judged.open, *(finding for finding, _ in judged.acknowledged)]
    assert sorted(kept, key=repr) == sorted(found, key=repr)
