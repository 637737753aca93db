"""A function has as much memory and time as in the base."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Template, edited, first, found, look, release

RULE = "function_keeps_its_means"


def given(function: str, **properties: Any) -> Any:
    def change(document: Template) -> None:
        settings = first(document, "Lambda::Function", function)["Properties"]
        settings |= properties
        for name in [name for name, value in settings.items() if value is None]:
            del settings[name]

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (given("ServiceFunction", MemorySize=128), "less memory: was 512, is 128"),
        (given("FulfilmentFunction", MemorySize=None), "less memory: was 512, is nothing"),
        (given("OrdersFunction", MemorySize=768), "less memory: was 1024, is 768"),
        (given("OrdersFunction", Timeout=1), "less than half of its time: was 10, is 1"),
        (given("OrdersFunction", Timeout=None), "less than half of its time: was 10, is nothing"),
    ],
)
def test_less_than_in_the_base_is_told(real: Assembly, change: Any, told: str) -> None:
    (finding,) = found(RULE, release(edited(real, "prod/orders", change), real))
    assert told in finding.what


def test_too_little_memory_behind_the_api_is_told_without_a_base(real: Assembly) -> None:
    small = edited(real, "prod/orders", given("OrdersFunction", MemorySize=128))
    (finding,) = found(RULE, release(small))
    assert "the API waits for it, and it has 128 MB" in finding.what


def test_a_smaller_disk_is_told(real: Assembly) -> None:
    large = edited(real, "prod/orders", given("PhotographsFunction", EphemeralStorage={"Size": 2_048}))
    (finding,) = found(RULE, release(real, large))
    assert "less disk: was 2048, is nothing" in finding.what


@pytest.mark.parametrize(
    "change", [given("OrdersFunction", MemorySize=1_769), given("OrdersFunction", Timeout=20, MemorySize=2_048)]
)
def test_more_memory_and_more_time_are_welcome(real: Assembly, change: Any) -> None:
    good = release(edited(real, "prod/orders", change), real)
    assert found(RULE, good) == ()
    assert look(RULE, good).checked == 94
