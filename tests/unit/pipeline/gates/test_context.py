"""What the environment tells a gate."""

from pathlib import Path

import pytest

from pipeline.gates.context import GateBroke, GateUsage
from tests.unit.pipeline.gates.world import context


def test_without_settings_there_are_sensible_ones(tmp_path: Path) -> None:
    surroundings = context(tmp_path)
    assert (surroundings.seed, surroundings.base) == (7, None)
    assert surroundings.assembly == tmp_path / "cdk.out"


def test_settings_are_read_from_the_environment(tmp_path: Path) -> None:
    surroundings = context(
        tmp_path, SLIPWAY_SEED="11", SLIPWAY_BASE=str(tmp_path), SLIPWAY_ASSEMBLY="/x/cdk.out", SLIPWAY_HOME="/home"
    )
    assert (surroundings.seed, surroundings.base) == (11, tmp_path)
    assert (surroundings.assembly, surroundings.cache) == (Path("/x/cdk.out"), Path("/home/cache"))


def test_caches_follow_the_desktop_s_convention_without_a_home_of_ours(tmp_path: Path) -> None:
    assert context(tmp_path, SLIPWAY_HOME="", XDG_CACHE_HOME="/c").cache == Path("/c/slipway/cache")
    assert context(tmp_path, SLIPWAY_HOME="").cache == Path.home() / ".cache" / "slipway" / "cache"


def test_a_seed_that_is_no_number_is_the_asker_s_mistake(tmp_path: Path) -> None:
    with pytest.raises(GateUsage, match="SLIPWAY_SEED is 'lucky'"):
        context(tmp_path, SLIPWAY_SEED="lucky").seed  # noqa: B018


def test_what_a_stage_must_tell_is_named_when_it_does_not(tmp_path: Path) -> None:
    with pytest.raises(GateUsage, match="SLIPWAY_API_URL is not set"):
        context(tmp_path, SLIPWAY_API_URL="").needed("SLIPWAY_API_URL")


def test_in_a_pipeline_a_release_is_the_first_only_where_somebody_says_so(tmp_path: Path) -> None:
    build = "contract:1"
    assert context(tmp_path, CODEBUILD_BUILD_ID=build, SLIPWAY_FIRST_RELEASE="1").base is None
    assert context(tmp_path, CODEBUILD_BUILD_ID=build, SLIPWAY_BASE=str(tmp_path)).base == tmp_path
    with pytest.raises(GateBroke, match="nobody says what is deployed"):
        context(tmp_path, CODEBUILD_BUILD_ID=build).base  # noqa: B018


def test_a_base_that_is_not_there_is_never_taken_for_a_first_release(tmp_path: Path) -> None:
    with pytest.raises(GateBroke, match="is no folder"):
        context(tmp_path, SLIPWAY_BASE=str(tmp_path / "gone")).base  # noqa: B018
