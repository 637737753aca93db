"""What decides the templates besides the plan and the sources."""

from pathlib import Path

from pipeline.cloud.settings import FIXED_CONTEXT, bundle_home, context


def test_nothing_of_the_command_line_gets_into_the_templates() -> None:
    assert context().items() >= FIXED_CONTEXT.items()
    assert context()["@aws-cdk/core:validateAgainstDefaultRules"] is True


def test_bundles_are_kept_in_slipways_home_or_in_the_users_cache() -> None:
    assert bundle_home({"SLIPWAY_HOME": "/home", "XDG_CACHE_HOME": "/cache"}) == Path("/home")
    assert bundle_home({"XDG_CACHE_HOME": "/cache"}) == Path("/cache/slipway")
    assert bundle_home({}) == Path.home() / ".cache/slipway"
