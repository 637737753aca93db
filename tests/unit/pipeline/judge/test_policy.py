"""Tests of what a rollout is judged by."""

import pytest

from pipeline.judge.observed import Symptom
from pipeline.judge.policy import Policy


@pytest.mark.parametrize("symptoms", [(), (Symptom.SLOW, Symptom.SLOW)])
def test_a_judge_looks_for_something_and_for_nothing_twice(symptoms: tuple[Symptom, ...]) -> None:
    with pytest.raises(ValueError, match="at least one symptom, and for none twice"):
        Policy(symptoms=symptoms, ruled_out=())


def test_what_is_ruled_out_is_looked_for() -> None:
    with pytest.raises(ValueError, match="among the symptoms"):
        Policy(symptoms=(Symptom.SLOW,), ruled_out=(Symptom.ERRORS,))


@pytest.mark.parametrize("name", ["alpha", "tolerated", "doubt"])
@pytest.mark.parametrize("value", [0.0, 1.0, float("nan")])
def test_a_probability_is_neither_none_nor_certain(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name} is {value}"):
        Policy(**{name: value})  # type: ignore[arg-type]
