"""What the door reads of a request."""

import json
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.emulator.inside.asgi import Scope, sent_path


def scope(sent: bytes) -> Scope:
    return {"path": unquote(sent), "raw_path": sent}


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        (b"/v1/orders/1", "/v1/orders/1"),
        (b"/v1/orders/a%2Fb%2f~:@+", "/v1/orders/a%2Fb%2f~:@+"),
        (b'/v1/a\x1b"b/c', "/v1/a%1B%22b/c"),
        (b"/v1/%C3%B6", "/v1/%C3%B6"),
        ("/v1/ö".encode(), "/v1/%C3%B6"),
    ],
)
def test_a_path_is_as_it_was_sent_and_what_no_address_may_hold_is_escaped(sent: bytes, written: str) -> None:
    assert sent_path(scope(sent)) == written


def test_a_server_that_does_not_keep_what_was_sent_gives_it_decoded() -> None:
    assert sent_path({"path": "/v1/ö/a b"}) == "/v1/%C3%B6/a%20b"


@given(st.binary(min_size=1))
def test_a_path_may_stand_between_quotation_marks(sent: bytes) -> None:
    """API Gateway puts `$context.path` into a template as it is, and a raw request holds no control character."""
    said = sent_path(scope(sent))
    assert json.loads(f'"{said}"') == said
    assert said.isascii()
