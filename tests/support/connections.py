"""Connections of the tests' own HTTP clients, which trust whom every SDK of AWS is told to trust by AWS_CA_BUNDLE."""

import os
from typing import Any

import urllib3

TRUSTED = "AWS_CA_BUNDLE"


def pool(trusted: str | None = None, **options: Any) -> urllib3.PoolManager:
    """A pool. `trusted` is the file of whom to trust over https: that of AWS_CA_BUNDLE, or else the machine's."""
    return urllib3.PoolManager(ca_certs=trusted or os.environ.get(TRUSTED) or None, **options)
