"""Which lines of a log a filter's pattern takes."""

from typing import Any

import pytest

from pipeline.gates.guard.facts.filters import takes_all_of

ERROR, CRITICAL = '$.level = "ERROR"', '$.level = "CRITICAL"'
EITHER = f"{{ ({ERROR}) || ({CRITICAL}) }}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"{{ {ERROR} }}", f"{{ {ERROR} }}"),
        (f"{{ {ERROR} }}", f"{{({ERROR})}}"),
        (f"{{ {ERROR} }}", EITHER),
        (f"{{ {ERROR} }}", f"{{ {CRITICAL} || {ERROR} }}"),
        (EITHER, f"{{ {CRITICAL} || {ERROR} }}"),
        (EITHER, f"{{ ({ERROR} || {CRITICAL}) || ($.a = 1) }}"),
        (f"{{ {ERROR} && $.a = 1 }}", f"{{ ({ERROR} && $.a = 1) || {CRITICAL} }}"),
        ('{ $.message = "*a || b*" }', '{ ($.message = "*a || b*") || ($.a = 1) }'),
    ],
)
def test_one_condition_among_several_is_still_taken(old: str, new: str) -> None:
    assert takes_all_of(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"{{ {ERROR} }}", f"{{ {CRITICAL} }}"),
        (f"{{ {ERROR} }}", f"{{ ({ERROR}) && ({CRITICAL}) }}"),
        (f"{{ {ERROR} }}", f"{{ ({ERROR} || {CRITICAL}) && $.a = 1 }}"),
        (f"{{ {ERROR} }}", f"{{ {CRITICAL} || {ERROR} && $.a = 1 }}"),
        (EITHER, f"{{ {ERROR} }}"),
        (f"{{ {ERROR} }}", '{ $.message = "x || $.level = \\"ERROR\\"" }'),
        (f"{{ {ERROR} }}", ""),
        (f"{{ {ERROR} }}", None),
        ("ERROR", "?ERROR ?CRITICAL"),
        ("", f"{{ {ERROR} }}"),
        (None, f"{{ {ERROR} }}"),
        (f"{{ {ERROR} }}", {"Ref": "Pattern"}),
    ],
)
def test_what_takes_less_or_can_not_be_read_does_not(old: Any, new: Any) -> None:
    assert not takes_all_of(old, new)


@pytest.mark.parametrize("odd", ["{ ( }", "{ ) || }", "{}", "{ (((a)) }", "{ || || }"])
def test_brackets_that_do_not_close_are_no_trouble(odd: str) -> None:
    assert takes_all_of(odd, odd) in (True, False)
