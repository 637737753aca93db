"""Clients are patient only as long as a gateway is, and made once."""

import pytest

from api.adapters import aws


def test_time_outs_and_attempts_fit_behind_a_gateway() -> None:
    patience = aws.PATIENCE
    assert (patience.connect_timeout, patience.read_timeout) == (1, 2)  # type: ignore[attr-defined]
    assert patience.retries == {"mode": "standard", "total_max_attempts": 3}  # type: ignore[attr-defined]


@pytest.mark.emulator
@pytest.mark.usefixtures("stage")
def test_an_environment_has_one_client() -> None:
    assert aws.dynamodb() is aws.dynamodb()
