"""What a request is in the gateway's own words."""

import json

import pytest

from pipeline.rehearsal.world.emulator.inside.visit import Visit, context_variables


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/v1/orders/1", "/beta/v1/orders/1"),
        ('/v1/a\x1b"b/c', "/beta/v1/a%1B%22b/c"),
        ("/v1/ö", "/beta/v1/%C3%B6"),
    ],
)
def test_a_path_is_written_as_it_was_sent_so_that_a_template_may_quote_it(path: str, written: str) -> None:
    """API Gateway puts `$context.path` into a template as it is, and a raw request holds no control character."""
    visit = Visit(
        "request-1",
        "222222222222",
        "eu-west-1",
        "api",
        "beta",
        method="GET",
        path=path,
        source_ip="127.0.0.1",
        user_agent="tests",
        protocol="HTTP/1.1",
        trace_id="Root=1-0-0",
        began=0.0,
    )
    said = context_variables(visit)["path"]
    assert (said, json.loads(f'"{said}"')) == (written, written)
