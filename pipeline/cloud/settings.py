"""What decides the templates besides the plan and the sources: the CDK's context, always the same."""

import json
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

FIXED_CONTEXT = {
    "aws:cdk:enable-path-metadata": False,
    "aws:cdk:enable-asset-metadata": False,
    "aws:cdk:version-reporting": False,
    "aws:cdk:disable-stack-trace": True,
    "aws:cdk:disable-creation-stack-traces": True,
}
"""Stands over what the `cdk` command line passes, so that it makes the same bytes as a run without it."""


def context() -> dict[str, object]:
    """The context of cdk.json, and what stands over it."""
    return {**json.loads((ROOT / "cdk.json").read_text())["context"], **FIXED_CONTEXT}


def bundle_home(environment: Mapping[str, str]) -> Path:
    """Where finished bundles are kept between syntheses: $SLIPWAY_HOME, or slipway in the user's cache."""
    cache = environment.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(environment.get("SLIPWAY_HOME") or Path(cache) / "slipway")
