"""Spans go to X-Ray where a stage asks for it, and nowhere else."""

from contextlib import AbstractContextManager, nullcontext
from types import SimpleNamespace

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
    with xray.span("placeOrder", stage="prod"):
        pass


def test_a_span_of_x_ray_is_found_by_its_annotations(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, str] = {}

    class Provider:
        def in_subsegment(self, name: str) -> AbstractContextManager[object]:
            return nullcontext(SimpleNamespace(name=name, put_annotation=told.__setitem__))

    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "1")
    xray = XRay()
    monkeypatch.setattr(xray._tracer, "provider", Provider())
    with xray.span("placeOrder", service="orders", stage="prod", route="POST /v1/orders") as span:
        assert getattr(span, "name", None) == "placeOrder"
    assert told == {"service": "orders", "stage": "prod", "route": "POST /v1/orders"}


def test_an_unknown_tracing_is_refused() -> None:
    with pytest.raises(ValueError, match="none or xray, not 'zipkin'"):
        tracing({"TRACING": "zipkin"})
