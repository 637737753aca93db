"""Which version answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.emulator.inside.routing import choose, weights

shares = st.floats(min_value=0.01, max_value=0.99)
draws = st.floats(min_value=0, max_value=1, exclude_max=True)


def alias(share: float | None = None) -> dict[str, object]:
    routing = {} if share is None else {"RoutingConfig": {"AdditionalVersionWeights": {"2": share}}}
    return {"FunctionVersion": "1", **routing}


@given(draws)
def test_without_weights_every_request_goes_to_the_aliass_own_version(draw: float) -> None:
    assert choose(alias(), draw) == "1"


@given(shares, draws)
def test_a_request_goes_to_the_additional_version_for_its_share_of_the_draws(share: float, draw: float) -> None:
    assert choose(alias(share), draw) == ("2" if draw >= 1 - share else "1")


@given(shares)
def test_the_shares_are_whole_together(share: float) -> None:
    found = weights(alias(share))
    assert list(found) == ["1", "2"]
    assert sum(found.values()) == pytest.approx(1)
