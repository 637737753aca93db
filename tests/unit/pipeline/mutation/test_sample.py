"""A sample asks every gate, and is another one for another tree."""

from dataclasses import replace
from pathlib import Path

from pipeline.mutation.catalogue import Change, Expected, Kind, Needs, read
from pipeline.mutation.sample import MOST_TOUCHED, named_in, sample
from pipeline.plan.delivery import DELIVERY
from tests.unit.pipeline.mutation.world import change

ROOT = Path(__file__).parents[4]
GATES = ("lint", "unit", "guard")
LINT, UNIT, FUZZ = Expected("lint", "x"), Expected("unit", "x"), Expected("fuzz", "x")


def test_each_gate_has_one_of_its_own_and_none_is_asked_twice() -> None:
    changes = (
        change("both", expected=(LINT, UNIT)),
        change("one", expected=(UNIT,)),
        change("other", expected=(FUZZ,)),
    )
    for seed in map(str, range(20)):
        assert {each.id for each in sample(changes, GATES, seed)} <= {"both", "one"}
    assert {each.id for seed in "abcdefgh" for each in sample(changes, ("unit",), seed)} == {"both", "one"}
    assert len(sample(changes, ("unit", "unit", "unit"), "a")) == 2


def test_what_needs_a_stage_and_what_is_good_is_left_out() -> None:
    staged = replace(change("stage", expected=(LINT,)), needs=Needs.STAGE)
    assert sample((staged, change("good", Kind.GOOD)), GATES, "a") == ()


def test_the_same_tree_has_the_same_sample_and_another_one_another() -> None:
    gates = [gate.name for gate in DELIVERY.build_gates]
    changes = read(ROOT)
    samples = {tuple(each.id for each in sample(changes, gates, seed)) for seed in ("a", "a", "b", "c")}
    assert len(samples) == 3
    assert all(len(each) == len(set(each)) == len(gates) for each in samples)


TESTS = named_in(
    "tests/unit/test_owner.py",
    "def test_the_owner_is_asked() -> None:\n    def test_in_a_class(self) -> None:\nasync def test_later() -> None:\n",
)


def stopped_by(name: str, pattern: str) -> Change:
    return change(name, expected=(Expected("unit", pattern),))


def test_tests_are_told_as_findings_begin() -> None:
    assert (
        tuple(f"tests/unit/test_owner.py:1  test {name}: " for name in ("the owner is asked", "in a class", "later"))
        == TESTS
    )


def test_a_change_that_a_touched_test_stops_is_asked_too() -> None:
    changes = (stopped_by("owner", "the owner is asked"), stopped_by("file", r"^tests/unit/test_owner\.py"))
    others = (stopped_by("other", "the price"), stopped_by("any", "."), change("good", Kind.GOOD))
    assert {each.id for each in sample((*changes, *others), (), "a", TESTS)} == {"owner", "file"}
    assert sample((*changes, *others), (), "a") == ()


def test_of_many_that_a_touched_test_stops_a_few_are_asked_and_none_twice() -> None:
    changes = tuple(stopped_by(f"owner-{number}", "the owner is asked") for number in range(9))
    samples = {tuple(each.id for each in sample(changes, ("unit",), seed, TESTS)) for seed in "abcdef"}
    assert {len(set(each)) for each in samples} == {1 + MOST_TOUCHED}
    assert len(samples) > 1
