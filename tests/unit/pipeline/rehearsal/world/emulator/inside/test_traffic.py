"""Counting what versions answered."""

from pipeline.rehearsal.world.emulator.inside.traffic import AliasId, Answered, Traffic
from pipeline.rehearsal.world.observation import VersionSample

LIVE = AliasId("1", "eu", "orders", "live")


def answered(version: str, milliseconds: float = 5, *, error: bool = False, status: int | None = 200) -> Answered:
    return Answered(version, "GET /v1/products", milliseconds, error, status)


def test_each_version_is_counted_by_itself_and_a_failure_by_its_operation() -> None:
    traffic = Traffic()
    traffic.watch(LIVE)
    for each in (answered("1"), answered("2", status=503), answered("2", 7, error=True, status=502), answered("2", 9)):
        traffic.count(LIVE, each)
    (new, failures), (old, none) = traffic.take(LIVE, "2", "1")
    assert new == VersionSample("2", requests=3, errors=1, server_errors=1, p50_ms=7, p99_ms=9)
    assert old == VersionSample("1", requests=1, errors=0, server_errors=0, p50_ms=5, p99_ms=5)
    assert (failures, none, new.failed) == ({"GET /v1/products": 2}, {}, 2)


def test_what_was_taken_is_not_counted_again() -> None:
    traffic = Traffic()
    traffic.watch(LIVE)
    traffic.count(LIVE, answered("2"))
    traffic.take(LIVE, "2", "1")
    assert traffic.take(LIVE, "2")[0][0] == VersionSample("2", 0, 0, 0)


def test_an_alias_that_nobody_watches_costs_nothing() -> None:
    traffic = Traffic()
    traffic.count(LIVE, answered("2"))
    traffic.watch(LIVE)
    traffic.forget(LIVE)
    traffic.count(LIVE, answered("2"))
    assert traffic.take(LIVE, "2")[0][0].requests == 0
