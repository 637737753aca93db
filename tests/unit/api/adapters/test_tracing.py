"""Spans go to X-Ray on AWS and nowhere on a laptop."""

import pytest

from api.adapters.tracing import NoTracing, XRay, tracing


def test_a_laptop_traces_nothing() -> None:
    quiet = tracing({})
    assert isinstance(quiet, NoTracing)
    with quiet.span("placeOrder"):
        pass


def test_a_span_lets_errors_through() -> None:
    with pytest.raises(LookupError), NoTracing().span("placeOrder"):
        raise LookupError


def test_aws_traces_with_x_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "1")
    xray = tracing({"AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000"})
    assert isinstance(xray, XRay)
    with xray.span("placeOrder"):
        pass
