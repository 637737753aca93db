"""What is read of CloudWatch's counts, and what is no answer."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber

from api.adapters.metrics import Executed, count
from pipeline.hooks.observing import HANDLERS, OWN, Incomplete, Observed, Watched, history, metric, observe, read
from pipeline.judge.observed import Counts, Symptom
from tests.unit.pipeline.hooks.world import ALIAS, BEGAN, CANARY, FUNCTION, SESSION, STABLE, CloudWatch, answered

WATCHED = Watched(FUNCTION, ALIAS, CANARY, STABLE)


def seen(cloudwatch: Any) -> Observed:
    return observe(cloudwatch, WATCHED, BEGAN)


def test_handlers_count_by_ten_seconds_and_lambda_by_the_minute() -> None:
    found = seen(CloudWatch(answered(range(2), 10, 90, ServerErrors=(2, 1), Errors=(1, 0))))
    ten = (Counts(9, {Symptom.SERVER_ERRORS: 2}), Counts(90, {Symptom.SERVER_ERRORS: 1}))
    assert found.handlers == {BEGAN: ten, BEGAN + 10: ten}
    assert found.lambdas == {BEGAN: (Counts(20, {Symptom.ERRORS: 2}), Counts(180, {}))}


def test_a_version_that_nobody_asked_answered_nothing() -> None:
    assert seen(CloudWatch(answered([3], 0, 50))).handlers == {BEGAN + 30: (Counts(0, {}), Counts(50, {}))}


def test_it_asks_for_whole_minutes_of_three_hours_and_each_series_once() -> None:
    cloudwatch = CloudWatch({})
    observe(cloudwatch, WATCHED, BEGAN + 42)  # type: ignore[arg-type]
    (asked,) = cloudwatch.asked
    assert (asked["StartTime"], asked["EndTime"]) == (
        datetime(2026, 11, 23, 12, tzinfo=UTC),
        datetime(2026, 11, 23, 15, tzinfo=UTC),
    )
    stats = [
        (query["MetricStat"]["Metric"]["MetricName"], query["MetricStat"]["Period"])
        for query in asked["MetricDataQueries"]
    ]
    own = [("Requests", 10), ("ServerErrors", 10), ("SlowRequests", 10), ("Refused", 10)]
    assert stats == [*own, ("Invocations", 60), ("Errors", 60)] * 2
    assert len({query["Id"] for query in asked["MetricDataQueries"]}) == 12


def test_the_hour_before_is_the_stable_versions_alone_minute_by_minute() -> None:
    counts = answered(range(-12, 6), 10, 90, ServerErrors=(9, 2), Errors=(9, 1))
    found = history(CloudWatch(counts), WATCHED, BEGAN + 42)  # type: ignore[arg-type]
    bad = {Symptom.SERVER_ERRORS: 12, Symptom.SLOW: 0, Symptom.REFUSED: 0, Symptom.ERRORS: 6}
    assert found == {-120 + BEGAN: Counts(540, bad), -60 + BEGAN: Counts(540, bad)}


def test_it_asks_of_the_hour_before_that_the_shift_began_in() -> None:
    cloudwatch = CloudWatch({})
    assert history(cloudwatch, WATCHED, BEGAN + 42) == {}  # type: ignore[arg-type]
    (asked,) = cloudwatch.asked
    assert (asked["StartTime"], asked["EndTime"]) == (
        datetime(2026, 11, 23, 11, tzinfo=UTC),
        datetime(2026, 11, 23, 12, tzinfo=UTC),
    )
    assert {query["MetricStat"]["Period"] for query in asked["MetricDataQueries"]} == {60}


def test_what_handlers_alone_or_lambda_alone_counted_before_counts() -> None:
    counts: dict[Any, float] = {(STABLE, "Requests", -60): 7, (STABLE, "ServerErrors", -60): 9}
    counts |= {(STABLE, "Invocations", -120): 8, (STABLE, "Errors", -120): 3}
    found = history(CloudWatch(counts), WATCHED, BEGAN)  # type: ignore[arg-type]
    assert [(each.requests, each.of(Symptom.SERVER_ERRORS), each.of(Symptom.ERRORS)) for each in found.values()] == [
        (8, 0, 3),
        (7, 7, 0),
    ]


def test_an_hour_that_is_not_whole_is_not_known() -> None:
    cloudwatch = CloudWatch({})
    cloudwatch.status = "InternalError"
    with pytest.raises(Incomplete, match="CloudWatch says InternalError of stableRequests"):
        history(cloudwatch, WATCHED, BEGAN)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", ["PartialData", "InternalError", "Forbidden"])
def test_an_answer_that_is_not_whole_is_not_read_as_zero(status: str) -> None:
    cloudwatch = CloudWatch(answered(range(3), 10, 90))
    cloudwatch.status = status
    with pytest.raises(Incomplete, match=f"CloudWatch says {status} of canaryRequests"):
        seen(cloudwatch)


def test_requests_without_their_failures_are_not_read_as_good_ones() -> None:
    counts = answered(range(3), 10, 90)
    del counts[CANARY, "ServerErrors", 10]
    with pytest.raises(Incomplete, match=r"has 10 requests to the canary version at .*, but no ServerErrors"):
        seen(CloudWatch(counts))


def without_refusals(*versions: str) -> CloudWatch:
    counts = answered(range(3), 10, 90, Refused=(10, 0))
    return CloudWatch(
        {key: value for key, value in counts.items() if key[:2] not in {(v, "Refused") for v in versions}}
    )


def test_what_the_stable_version_does_not_count_yet_is_not_compared() -> None:
    assert seen(without_refusals(STABLE)).handlers[round(BEGAN)][0] == Counts(10, {})
    assert seen(without_refusals(STABLE, CANARY)).handlers[round(BEGAN)][0] == Counts(10, {})


def test_what_the_new_version_no_longer_counts_is_missed() -> None:
    with pytest.raises(Incomplete, match="but no Refused"):
        seen(without_refusals(CANARY))


def test_a_stable_version_that_does_not_count_its_failures_can_not_be_compared_with() -> None:
    counts = answered(range(3), 10, 90)
    silent = {key: value for key, value in counts.items() if key[:2] != (STABLE, "ServerErrors")}
    with pytest.raises(Incomplete, match=r"to the stable version at .*, but no ServerErrors"):
        seen(CloudWatch(silent))


def test_the_newest_period_may_still_be_coming_in() -> None:
    counts = answered(range(3), 10, 90)
    del counts[CANARY, "ServerErrors", 20]
    assert seen(CloudWatch(counts)).handlers[round(BEGAN) + 20][0] == Counts(10, {})


def test_failures_that_came_in_before_their_requests_are_no_more_than_these() -> None:
    counts = answered(range(1), 10, 90)
    counts[CANARY, "ServerErrors", 0] = 12
    assert seen(CloudWatch(counts)).handlers[round(BEGAN)][0] == Counts(10, {Symptom.SERVER_ERRORS: 10})


def test_what_is_read_is_what_the_functions_print(capsys: pytest.CaptureFixture[str]) -> None:
    count(Executed(FUNCTION, ALIAS, CANARY), 500, 1_500.0)
    (definition,) = json.loads(capsys.readouterr().out)["_aws"]["CloudWatchMetrics"]
    assert definition["Namespace"] == OWN
    assert set(HANDLERS) <= {each["Name"] for each in definition["Metrics"] if each["StorageResolution"] == 1}
    cloudwatch = CloudWatch({})
    seen(cloudwatch)
    own = [query["MetricStat"]["Metric"] for query in cloudwatch.asked[0]["MetricDataQueries"]]
    names = {tuple(each["Name"] for each in metric["Dimensions"]) for metric in own if metric["Namespace"] == OWN}
    assert names == {tuple(dimensions) for dimensions in definition["Dimensions"]}


def test_an_answer_in_pages_is_read_to_its_end() -> None:
    client = SESSION.client("cloudwatch")
    query = {
        "Id": "looks",
        "MetricStat": {"Metric": metric("Orders", "Evidence", {}), "Period": 60, "Stat": "SampleCount"},
    }
    asked = {
        "MetricDataQueries": [query],
        "StartTime": datetime.fromtimestamp(BEGAN, UTC),
        "EndTime": datetime.fromtimestamp(BEGAN + 60, UTC),
    }
    at = [datetime.fromtimestamp(BEGAN + seconds, UTC) for seconds in (0, 60)]
    pages = [
        {"Id": "looks", "Timestamps": at[:1], "Values": [4.0], "StatusCode": "PartialData"},
        {"Id": "looks", "Timestamps": at[1:], "Values": [5.0], "StatusCode": "Complete"},
    ]
    with Stubber(client) as stub:
        stub.add_response("get_metric_data", {"MetricDataResults": pages[:1], "NextToken": "more"}, asked)
        stub.add_response("get_metric_data", {"MetricDataResults": pages[1:]}, {**asked, "NextToken": "more"})
        assert read(client, [query], BEGAN, BEGAN + 60) == {"looks": {BEGAN: 4.0, BEGAN + 60: 5.0}}
