"""No rule crashes, whatever a template says: what can't be read is told, or is nothing of its kind."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.gates.guard.assembly import Assembly, Stack
from pipeline.gates.guard.registry import all_rules
from pipeline.gates.guard.rule import Rule
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import names_in
from pipeline.plan.delivery import DELIVERY
from tests.unit.pipeline.gates.guard.templates import Template, edited, release

ODD: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        -7,
        0.5,
        "",
        "x.y/z",
        [],
        [None],
        [[{}]],
        {},
        {"a": None},
        {"Ref": "AWS::NoValue"},
        {"Fn::If": ["Maybe", 1, 2]},
        {"Fn::GetAtt": "Gone.Arn"},
        {"Fn::Join": ["", ["a", {"Ref": "Gone"}]]},
    ]
)
type Path = tuple[str | int, ...]


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place in a document."""
    yield path
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield from paths(inner, (*path, name))


def with_odd(body: Any, path: Path, odd: Any) -> Any:
    copy = deepcopy(body)
    inner = copy
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = odd
    return copy


def around(stack: Stack, name: str) -> dict[str, Any]:
    """A resource with those that it names, and those that name it."""
    near = {name, *names_in(stack.resources[name].body)}
    near |= {each for each, resource in stack.resources.items() if name in names_in(resource.body)}
    return {each: stack.resources[each].body for each in near if each in stack.resources}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_value_in_any_place_is_looked_at(real: Assembly, data: st.DataObject) -> None:
    stack = next(each for each in real.stacks if each.name == "prod/orders")
    kinds = {resource.type: name for name, resource in stack.resources.items()}
    name = kinds[data.draw(st.sampled_from(sorted(kinds)))]
    body = stack.resources[name].body
    path = data.draw(st.sampled_from(sorted(filter(None, paths(body)), key=str)))
    good = around(stack, name)
    odd = good | {name: with_odd(body, path, data.draw(ODD))}

    def alone(resources: dict[str, Any]) -> Assembly:
        return replace(real, stacks=(replace(stack, document={"Resources": resources}),))

    for candidate, base in ((odd, good), (good, odd), (odd, None)):
        subject = Subject(DELIVERY, alone(candidate), alone(base) if base else None)
        for each in all_rules():
            list(each.look(subject))


@pytest.mark.parametrize("each", all_rules(), ids=lambda each: each.id)
def test_resources_without_properties_are_looked_at(each: Rule, real: Assembly) -> None:
    def bare(document: Template) -> None:
        for body in document["Resources"].values():
            body["Properties"] = {}

    bad = edited(real, "prod/orders", bare)
    list(each.look(release(bad, real)))
    list(each.look(release(real, bad)))
