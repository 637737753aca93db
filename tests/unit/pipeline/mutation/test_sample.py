"""A sample asks every gate, and is another one for another tree."""

from dataclasses import replace
from pathlib import Path

from pipeline.mutation.catalogue import Expected, Kind, Needs, read
from pipeline.mutation.sample import sample
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
