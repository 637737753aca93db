"""The store: exact metrics, periods, resolutions, units, and bounded memory."""

import pytest

from pipeline.rehearsal.world.alarms import AlarmProblem, Datapoint, MetricKey, MetricStat, MetricStore

HOUR = 3_600_000
ERRORS = MetricKey.of("Orders", "ServerErrors", {"FunctionName": "orders", "Alias": "live", "ExecutedVersion": "2"})


def values(store: MetricStore, stat: MetricStat, *starts: int) -> list[float | None]:
    return [point.value for point in store.datapoints(stat, starts)]


def test_a_period_holds_what_was_stamped_from_its_start_to_just_before_its_end() -> None:
    store = MetricStore()
    for at, value in ((HOUR, 1), (HOUR + 59.9, 2), (HOUR + 60, 4)):
        store.put(ERRORS, at, value)

    points = store.datapoints(MetricStat(ERRORS, 60, "Sum"), (HOUR - 60, HOUR, HOUR + 60))

    assert points == (
        Datapoint(HOUR - 60, None, 0.0),
        Datapoint(HOUR, 3.0, 2.0),
        Datapoint(HOUR + 60, 4.0, 1.0),
    )


def test_a_longer_period_need_not_start_at_a_multiple_of_itself() -> None:
    store = MetricStore()
    for minute in range(10):
        store.put(ERRORS, HOUR + 60 * minute, 1)

    assert values(store, MetricStat(ERRORS, 300, "Sum"), HOUR, HOUR + 60, HOUR + 420) == [5.0, 5.0, 3.0]


@pytest.mark.parametrize(
    "dimensions",
    [
        {},
        {"FunctionName": "orders"},
        {"FunctionName": "orders", "Alias": "live"},
        {"FunctionName": "orders", "Alias": "live", "ExecutedVersion": "1"},
        {"FunctionName": "orders", "Alias": "live", "ExecutedVersion": "2", "Stage": "prod"},
    ],
)
def test_dimensions_match_exactly_or_not_at_all(dimensions: dict[str, str]) -> None:
    store = MetricStore()
    store.put(ERRORS, HOUR, 1)

    other = MetricKey.of("Orders", "ServerErrors", dimensions)

    assert values(store, MetricStat(other, 60, "Sum"), HOUR) == [None]


def test_the_order_of_dimensions_does_not_matter() -> None:
    turned = MetricKey("Orders", "ServerErrors", frozenset(sorted(ERRORS.dimensions, reverse=True)))

    assert turned == ERRORS
    assert str(turned) == "Orders/ServerErrors{Alias=live, ExecutedVersion=2, FunctionName=orders}"


def test_standard_resolution_fills_one_ten_second_period_of_six() -> None:
    store = MetricStore()
    for second in range(0, 60, 5):
        store.put(ERRORS, HOUR + second, 1)

    seen = values(store, MetricStat(ERRORS, 10, "Sum"), *range(HOUR, HOUR + 60, 10))

    assert seen == [12.0, None, None, None, None, None]


def test_high_resolution_serves_short_periods_and_long_ones() -> None:
    store = MetricStore()
    for second in range(0, 60, 5):
        store.put(ERRORS, HOUR + second, 1, resolution_s=1)

    assert values(store, MetricStat(ERRORS, 10, "Sum"), HOUR, HOUR + 50) == [2.0, 2.0]
    assert values(store, MetricStat(ERRORS, 30, "Sum"), HOUR + 10) == [6.0]
    assert values(store, MetricStat(ERRORS, 60, "Sum"), HOUR) == [12.0]


def test_another_resolution_is_refused() -> None:
    with pytest.raises(AlarmProblem, match="StorageResolution 5; it is 1 or 60"):
        MetricStore().put(ERRORS, HOUR, 1, resolution_s=5)


def test_a_unit_on_the_alarm_sees_only_that_unit() -> None:
    store = MetricStore()
    store.put(ERRORS, HOUR, 1, unit="Count")
    store.put(ERRORS, HOUR, 10, unit="None")

    units = ("Count", "None", "Seconds", None)

    assert [values(store, MetricStat(ERRORS, 60, "Sum", unit), HOUR) for unit in units] == [
        [1.0],
        [10.0],
        [None],
        [11.0],
    ]


def test_several_values_and_their_count() -> None:
    store = MetricStore()
    store.put(ERRORS, HOUR, [1, 2, 3], count=2)

    assert store.datapoints(MetricStat(ERRORS, 60, "Average"), (HOUR,)) == (Datapoint(HOUR, 2.0, 6.0),)


def test_statistic_sets_and_values_add_up() -> None:
    store = MetricStore()
    store.put(ERRORS, HOUR, 5)
    store.put_statistics(ERRORS, HOUR, count=3, total=6, minimum=1, maximum=3)

    named = ("SampleCount", "Sum", "Minimum", "Maximum", "p50")

    assert [values(store, MetricStat(ERRORS, 60, name), HOUR) for name in named] == [
        [4.0],
        [11.0],
        [1.0],
        [5.0],
        [None],
    ]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_are_none_are_refused(value: float) -> None:
    with pytest.raises(AlarmProblem, match="finite numbers only"):
        MetricStore().put(ERRORS, HOUR, value)


def test_asking_changes_nothing() -> None:
    store = MetricStore()
    for minute in range(5):
        store.put(ERRORS, HOUR + 60 * minute, minute)
    stat = MetricStat(ERRORS, 300, "p50")

    assert values(store, stat, HOUR) == values(store, stat, HOUR) == [2.0]


def test_the_order_of_puts_does_not_matter() -> None:
    puts = [(HOUR + 7 * step, float(step % 13)) for step in range(500)]
    stats = [MetricStat(ERRORS, 60, name) for name in ("Sum", "p90", "Minimum", "SampleCount")]
    seen = []
    for ordered in (puts, puts[::-1], sorted(puts, key=lambda put: (put[1], put[0]))):
        store = MetricStore()
        for at, value in ordered:
            store.put(ERRORS, at, value)
        seen.append([store.datapoints(stat, tuple(range(HOUR, HOUR + 3600, 60))) for stat in stats])

    assert seen[0] == seen[1] == seen[2]


def test_old_data_is_forgotten() -> None:
    store = MetricStore(retention_s=600)
    for minute in range(1000):
        store.put(ERRORS, HOUR + 60 * minute, 1)

    last = HOUR + 60 * 999

    assert values(store, MetricStat(ERRORS, 60, "Sum"), HOUR, last - 660, last - 540, last) == [None, None, 1.0, 1.0]


def test_short_periods_reach_three_hours_back_and_minutes_a_day() -> None:
    store = MetricStore()
    for at in (HOUR, HOUR + 4 * 3600):
        store.put(ERRORS, at, 1, resolution_s=1)

    assert values(store, MetricStat(ERRORS, 10, "Sum"), HOUR, HOUR + 4 * 3600) == [None, 1.0]
    assert values(store, MetricStat(ERRORS, 60, "Sum"), HOUR, HOUR + 4 * 3600) == [1.0, 1.0]


def test_the_series_least_recently_written_makes_room() -> None:
    store = MetricStore(most_series=2)
    first, second, third = (MetricKey.of("Orders", name) for name in ("a", "b", "c"))
    for key in (first, second, first, third):
        store.put(key, HOUR, 1)

    assert (store.keys(), store.evicted) == ((first, third), 1)
