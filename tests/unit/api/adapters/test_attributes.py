"""Values come back from DynamoDB's attributes as they went in."""

from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer
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


def test_a_float_never_gets_into_the_table() -> None:
    value: Any = 0.1
    with pytest.raises(TypeError, match="Float types are not supported"):
        typed({"price": value})


@pytest.mark.parametrize("odd", [Decimal("1.5"), b"bytes", {1, 2}])
def test_what_this_table_never_holds_is_not_read(odd: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="the table holds"):
        plain({"odd": TypeSerializer().serialize(odd)})


def test_an_attribute_of_the_wrong_type_is_named() -> None:
    with pytest.raises(TypeError, match="version should be a whole number in the table, it is str"):
        number({"version": "1"}, "version")
    with pytest.raises(TypeError, match="name should be text in the table, it is int"):
        text({"name": 1}, "name")
