"""The access log's format."""

from pipeline.rehearsal.world.emulator.inside.access_log import render


def test_variables_are_filled_in_and_what_has_no_value_is_a_dash() -> None:
    values = {"status": "200", "identity.sourceIp": "127.0.0.1"}
    template = '$context.status "$context.identity.sourceIp" $context.authorizer.claims.sub $other'
    assert render(template, values) == '200 "127.0.0.1" - $other'
