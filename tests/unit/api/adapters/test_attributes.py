"""Values come back from DynamoDB's attributes as they went in."""

from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given, settings
from hypothesis import strategies as st

from api.adapters.attributes import number, plain, text, typed
from api.domain.events import Json

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=50)
@given(st.dictionaries(st.text(), values, max_size=4))
def test_values_come_back(item: dict[str, Json]) -> None:
    assert plain(typed(item)) == item


@settings(max_examples=50)
@given(st.dictionaries(st.text(), values, max_size=4))
def test_attributes_are_those_that_boto3_makes_and_reads(item: dict[str, Json]) -> None:
    attributes: Any = typed(item)
    assert attributes == {name: TypeSerializer().serialize(value) for name, value in item.items()}
    assert item == {name: TypeDeserializer().deserialize(value) for name, value in attributes.items()}


@pytest.mark.parametrize("value", [0.1, b"bytes", {1, 2}])
def test_what_this_table_never_holds_is_not_written(value: Any) -> None:
    with pytest.raises(TypeError, match="the table holds no"):
        typed({"price": value})


def test_a_number_that_the_table_would_round_is_not_written() -> None:
    assert typed({"most": 10**40}) == {"most": {"N": str(10**40)}}
    with pytest.raises(ValueError, match="38 digits"):
        typed({"most": 10**38 + 1})


@pytest.mark.parametrize("written", ["1E+2", "100.0", "100"])
def test_a_whole_number_is_one_however_it_is_written(written: str) -> None:
    assert plain({"count": {"N": written}}) == {"count": 100}


@pytest.mark.parametrize("odd", [Decimal("1.5"), b"bytes", {1, 2}])
def test_what_this_table_never_holds_is_not_read(odd: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="the table holds"):
        plain({"odd": TypeSerializer().serialize(odd)})


def test_an_attribute_of_the_wrong_type_is_named() -> None:
    with pytest.raises(TypeError, match="version should be a whole number in the table, it is str"):
        number({"version": "1"}, "version")
    with pytest.raises(TypeError, match="name should be text in the table, it is int"):
        text({"name": 1}, "name")
