"""Variables in conditions stand for what the request says; where it says nothing, the value is equal to nothing."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.emulator.inside.policy_variables import has_variables, resolved

SAID: Mapping[str, object] = {"aws:PrincipalTag/partner": "acme", "aws:TagKeys": ["a", "b"], "empty": ""}


def values(*expected: str) -> object:
    return resolved({"StringLike": {"some:Key": list(expected)}}, SAID.get)["StringLike"]["some:Key"]


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("PARTNER#${aws:PrincipalTag/partner}", "PARTNER#acme"),
        ("${aws:PrincipalTag/partner}/${aws:PrincipalTag/partner}", "acme/acme"),
        ("${aws:PrincipalTag/team, 'none'}", "none"),
        ("${aws:PrincipalTag/partner, 'none'}", "acme"),
        ("${empty}", ""),
        ("${*}${?}${$}", "*?$"),
        ("plain $ text {}", "plain $ text {}"),
    ],
)
def test_a_variable_is_what_the_request_says(written: str, means: str) -> None:
    assert values(written) == [means]


def test_a_value_without_its_key_is_equal_to_nothing_and_the_others_stay() -> None:
    assert values("${aws:PrincipalTag/team}", "acme", "x-${aws:TagKeys}") == ["acme"]


def test_a_single_value_stays_single_and_becomes_none_of_any_if_it_is_equal_to_nothing() -> None:
    conditions = {"StringEquals": {"a": "${aws:PrincipalTag/partner}", "b": "${aws:PrincipalTag/team}"}}
    assert resolved(conditions, SAID.get) == {"StringEquals": {"a": "acme", "b": []}}


def test_what_is_no_text_stays() -> None:
    conditions = {"Bool": {"aws:SecureTransport": False}, "Strange": 1}
    assert resolved(conditions, SAID.get) == conditions


@given(
    st.dictionaries(st.text(), st.dictionaries(st.text(), st.lists(st.text().filter(lambda text: "${" not in text))))
)
def test_conditions_without_variables_stay_as_they_are(conditions: dict[str, dict[str, list[str]]]) -> None:
    assert resolved(conditions, SAID.get) == conditions


def test_only_what_has_variables_needs_any_work() -> None:
    assert has_variables({"StringLike": {"a": ["${b}"]}})
    assert not has_variables({"StringLike": {"a": ["$b"]}})
