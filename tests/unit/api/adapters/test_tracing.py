"""Spans go to X-Ray where a stage asks for it, and nowhere else."""

import pytest

from api.adapters.tracing import NoTracing, XRay, tracing


@pytest.mark.parametrize("environment", [{}, {"TRACING": "none"}, {"AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000"}])
def test_nothing_is_traced_unless_asked_for(environment: dict[str, str]) -> None:
    quiet = tracing(environment)
    assert isinstance(quiet, NoTracing)
    with quiet.span("placeOrder"):
        pass


def test_a_span_lets_errors_through() -> None:
    with pytest.raises(LookupError), NoTracing().span("placeOrder"):
        raise LookupError


def test_a_stage_may_ask_for_x_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "1")
    xray = tracing({"TRACING": "xray"})
    assert isinstance(xray, XRay)
    with xray.span("placeOrder"):
        pass


def test_an_unknown_tracing_is_refused() -> None:
    with pytest.raises(ValueError, match="none or xray, not 'zipkin'"):
        tracing({"TRACING": "zipkin"})
