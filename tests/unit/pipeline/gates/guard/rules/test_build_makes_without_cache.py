"""What is delivered is made of its commit alone."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.pipelines import project
from tests.unit.pipeline.gates.guard.templates import Template, edited, found, look, release

RULE = "build_makes_without_cache"


def cached(real: Assembly, starting: str, **cache: Any) -> Assembly:
    def change(document: Template) -> None:
        project(document, starting)["Cache"] = cache

    return edited(real, "pipeline", change)


@pytest.mark.parametrize(
    "starting", ["DeliveryBuildassemble", "DeliveryBuildSynth", "PipelineUpdate", "PipelineAssets"]
)
@pytest.mark.parametrize("kind", ["S3", "LOCAL"])
def test_a_cache_where_something_is_made_is_told(real: Assembly, starting: str, kind: str) -> None:
    (told,) = found(RULE, release(cached(real, starting, Type=kind), real))
    assert told.where.startswith(f"pipeline:{starting}")
    assert f"it takes a cache ({kind})" in told.what


def test_a_gate_may_have_one(real: Assembly) -> None:
    good = release(cached(real, "DeliveryBuildunit", Type="S3", Location="x"), real)
    assert (found(RULE, good), look(RULE, good).checked) == ((), 6)
