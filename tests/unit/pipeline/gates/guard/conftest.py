"""One synthesis of the plan for all tests of the guard."""

import os
from pathlib import Path

import pytest

os.environ["CDK_VALIDATION"] = "false"  # the CDK reads it when it starts, which is at the first import of aws_cdk

from pipeline.app import synth
from pipeline.gates.guard.assembly import Assembly, read_assembly


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """The assembly of the plan, synthesized from this checkout and read as rules read it."""
    outdir: Path = tmp_path_factory.mktemp("guard") / "cdk.out"
    synth(outdir)
    return read_assembly(outdir)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that share the assembly in one process: another one would synthesize it again."""
    for item in items:
        if "real" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("assembly"))
