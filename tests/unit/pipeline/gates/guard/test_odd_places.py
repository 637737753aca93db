"""No rule crashes on a template of a shape that nobody thought of: that would say that we failed, not the change."""

from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly, Stack
from pipeline.gates.guard.looking import look_by
from pipeline.gates.guard.registry import all_rules
from tests.unit.pipeline.gates.guard.templates import release

ODD: list[Any] = [None, True, 0, -1, "", "*", "x", [], [None], ["*"], {}, {"Ref": "Nobody"}, {"a": {"b": [1]}}]
"""Values that stand where others are expected."""
ODD_ONES = 25
"""Resources of a stack in which something is odd."""


@pytest.fixture(scope="module")
def one_of_each(real: Assembly) -> Assembly:
    """The real assembly with one resource of each type, and a few more, in prod and in the pipeline."""
    return replace(real, stacks=tuple(_thinned(stack) for stack in real.stacks if stack.stage in ("", "prod")))


def _thinned(stack: Stack) -> Stack:
    kept: dict[str, Any] = {}
    counts: dict[str, int] = {}
    for name, resource in stack.resources.items():
        counts[resource.type] = counts.get(resource.type, 0) + 1
        if counts[resource.type] <= 2:
            kept[name] = resource.body
    return replace(stack, document={**stack.document, "Resources": kept})


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Each container in `value` with a name or number in it."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, each in inner for place in ((value, key), *_places(each))]


@pytest.mark.parametrize("seed", range(12))
def test_every_rule_looks_at_an_odd_template(one_of_each: Assembly, seed: int) -> None:
    dice = Random(seed)  # noqa: S311 — a seed, so that what fails fails again
    odd = replace(one_of_each, stacks=tuple(_odd(stack, dice) for stack in one_of_each.stacks))
    for candidate, base in ((odd, one_of_each), (one_of_each, odd), (odd, None)):
        look_by(all_rules(), release(candidate, base))  # raises where one crashes


def _odd(stack: Stack, dice: Random) -> Stack:
    """The stack with something odd somewhere in many of its resources."""
    document: Any = deepcopy(stack.document)
    resources = document["Resources"]
    for name in dice.sample(sorted(resources), min(ODD_ONES, len(resources))):
        holder, key = dice.choice(_places(resources[name]))
        holder[key] = deepcopy(dice.choice(ODD))
    return replace(stack, document=document)
