"""Under which dimensions an invocation counts."""

from pipeline.rehearsal.world.emulator.inside.invocation_metrics import dimension_sets, is_alias, of_run, of_throttle


def test_an_alias_has_the_series_of_the_canary_alone() -> None:
    assert dimension_sets("orders", "live", "7") == (
        {},
        {"FunctionName": "orders"},
        {"FunctionName": "orders", "Resource": "orders:live"},
        {"FunctionName": "orders", "Resource": "orders:live", "ExecutedVersion": "7"},
    )


def test_a_version_and_an_unqualified_call_have_no_executed_version() -> None:
    assert dimension_sets("orders", "7", "7")[-1] == {"FunctionName": "orders", "Resource": "orders:7"}
    assert dimension_sets("orders", None, "$LATEST")[-1] == {"FunctionName": "orders", "Resource": "orders"}
    assert [is_alias(each) for each in ("live", "7", "$LATEST", None, "")] == [True, False, False, False, False]


def test_a_throttle_is_neither_invocation_nor_error() -> None:
    assert {measure.name for measure in of_throttle()} == {"Throttles"}
    ran = {measure.name: measure.value for measure in of_run(failed=True, duration_ms=12.5)}
    assert ran == {"Invocations": 1, "Errors": 1, "Throttles": 0, "Duration": 12.5}
