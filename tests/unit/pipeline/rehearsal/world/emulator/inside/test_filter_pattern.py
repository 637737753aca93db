"""Filter patterns, with the examples of the CloudWatch Logs User Guide, "Filter pattern syntax for metric filters"."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.emulator.inside.filter_pattern import MISSING, PatternRefused, compiled, select

EVENT = {
    "eventType": "UpdateTrail",
    "sourceIPAddress": "111.111.111.111",
    "arrayKey": ["value", "another value"],
    "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "SomeObject": None,
    "cluster.name": "c",
    "requestParameters": {"instanceId": "i-1", "on": True},
    "latency": 250.5,
}


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ('{ $.eventType = "UpdateTrail" }', True),
        ('{ $.eventType = "Update*" }', True),
        ('{ $.eventType != "UpdateTrail" }', False),
        ("{ $.sourceIPAddress != 123.123.* }", True),
        ('{ $.arrayKey[0] = "value" }', True),
        ("{ $.objectList[1].id = 2 }", True),
        ("{ $.latency > 250 }", True),
        ("{ $.latency <= 250 }", False),
        ("{ $.SomeObject IS NULL }", True),
        ("{ $.SomeOtherObject NOT EXISTS }", True),
        ("{ $.requestParameters.on IS TRUE }", True),
        ("{ $['cluster.name'] = \"c\" }", True),
        ('{ ($.latency > 500) || ($.eventType = "UpdateTrail" && $.arrayKey[1] = "another*") }', True),
        ('{ ($.latency > 500 || $.latency < 10) && $.eventType = "UpdateTrail" }', False),
        ("{ $.absent = 1 }", False),
        ("{ $.absent != 1 }", False),
        ("{ $.eventType > 3 }", False),
    ],
)
def test_json_is_compared_as_documented(pattern: str, matches: bool) -> None:
    assert compiled(pattern)(json.dumps(EVENT)) is matches


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("", True),
        ("ERROR", True),
        ("ERROR ARGUMENTS", True),
        ("ERROR WARN", False),
        ("?WARN ?ERROR", True),
        ("ERROR -ARGUMENTS", False),
        ('"MISSING ARGUMENTS"', True),
        ("error", False),
    ],
)
def test_terms_are_found_as_documented(pattern: str, matches: bool) -> None:
    assert compiled(pattern)("[ERROR 400] MISSING ARGUMENTS") is matches


@pytest.mark.parametrize(
    "pattern", ["[ip, user]", "%AUTH%", "{ $.a", "{ $.a = }", "{ $.a ~ 1 }", "{ a = 1 }", "{ $.a IS 5 }"]
)
def test_a_pattern_that_cant_be_applied_is_refused_with_its_text(pattern: str) -> None:
    with pytest.raises(PatternRefused) as refused:
        compiled(pattern)
    assert repr(pattern) in str(refused.value)


@given(st.text())
def test_text_that_is_no_json_never_matches_a_json_pattern(text: str) -> None:
    assert compiled("{ $.a NOT EXISTS }")(f"x{text}") is False


def test_a_selector_goes_as_deep_as_it_says() -> None:
    assert select(EVENT, "$.objectList[0].name") == "a"
    assert select(EVENT, "$.objectList[9].name") is MISSING
