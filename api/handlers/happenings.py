"""Counting what happened: once for each time, and not again for an answer that is only repeated."""

import os

from api.adapters import metrics
from api.adapters.metrics import Happening

__all__ = ["Happening", "count"]


def count(what: Happening) -> None:
    """Count it for this stage."""
    metrics.happened(what, os.environ.get("STAGE", "none"))
