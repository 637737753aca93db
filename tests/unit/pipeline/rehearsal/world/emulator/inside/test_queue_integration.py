"""What mapping templates are told besides what ministack tells them."""

from pipeline.rehearsal.world.emulator.inside.queue_integration import AnyCase, nested


def test_variables_become_a_tree() -> None:
    assert nested({"requestId": "r", "identity.sourceIp": "127.0.0.1", "identity.userAgent": "curl"}) == {
        "requestId": "r",
        "identity": {"sourceIp": "127.0.0.1", "userAgent": "curl"},
    }


def test_a_parameter_is_found_by_its_name_and_by_its_lower_case() -> None:
    parameters = AnyCase({"x-signature": "s", "Page": "1"})
    assert [parameters.get(name) for name in ("X-Signature", "x-signature", "Page", "none")] == ["s", "s", "1", ""]
    assert parameters.get("none", "other") == "other"
