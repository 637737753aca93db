"""Which version answers a request to an alias, by the alias's weights. Pure: the random number is passed in.

Source: Lambda Developer Guide, "Implement Lambda canary deployments using a weighted alias": the weight is the share of
the additional version, the rest goes to the alias's own; each request is drawn by itself.
"""

from collections.abc import Mapping
from typing import Any


def weights(alias: Mapping[str, Any]) -> dict[str, float]:
    """The share of each version (0 to 1), the alias's own first."""
    additional = {
        str(version): float(share)
        for version, share in ((alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}).items()
    }
    return {str(alias["FunctionVersion"]): 1.0 - sum(additional.values()), **additional}


def choose(alias: Mapping[str, Any], draw: float) -> str:
    """The version for a number drawn evenly from 0 (included) to 1 (excluded)."""
    shares = weights(alias)
    own, *others = shares
    edge = 1.0
    for version in others:
        edge -= shares[version]
        if draw >= edge:
            return version
    return own
