"""What the traffic hooks are told, as they read it."""

from importlib import import_module

import pytest

from pipeline.gates.guard.facts.hooks import HANDLERS, names_in_list, told
from pipeline.gates.guard.resource import Resource
from pipeline.gates.openapi.node import Json


@pytest.mark.parametrize("handler", HANDLERS.values())
def test_the_handlers_are_there(handler: str) -> None:
    module, _, name = handler.rpartition(".")
    assert callable(getattr(import_module(module), name))


def test_lists_are_read_from_text_and_odd_text_holds_none() -> None:
    assert names_in_list('["a", "b"]') == ["a", "b"]
    odd: list[Json] = ["{", "{}", None, {"Ref": "X"}]
    assert [names_in_list(each) for each in odd] == [[], [], [], []]


def test_a_function_without_an_environment_is_told_nothing() -> None:
    assert told(Resource("prod", "prod/orders", "Hook", "AWS::Lambda::Function", {})) == {}
