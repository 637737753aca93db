"""One synthesis for all of these tests."""

import os
from pathlib import Path

import pytest

os.environ["CDK_VALIDATION"] = "false"  # the CDK reads it when it starts, which is at the first import of aws_cdk

from pipeline.app import synth
from tests.synth.reading import Assembly, Template
from tests.synth.shared import made_once
from tests.synth.wishes import EVERYTHING, service_in, synthesized, wishing, with_broken_glass


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """The assembly of the plan, synthesized from this checkout."""
    return Assembly(made_once(tmp_path_factory, "cdk.out", synth))


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The service's template where a stage asks for everything that its settings offer, and its glass is broken."""

    def make(folder: Path) -> None:
        synthesized(with_broken_glass(wishing(**EVERYTHING)), folder)

    return service_in(made_once(tmp_path_factory, "everything", make))


@pytest.fixture(params=["beta", "gamma", "prod"])
def stage(request: pytest.FixtureRequest) -> str:
    """The name of a stage; the test runs for each."""
    return str(request.param)


@pytest.fixture
def template(assembly: Assembly, stage: str) -> Template:
    """The service's template in `stage`."""
    return assembly.stages[stage]


@pytest.fixture
def prod(assembly: Assembly) -> Template:
    """The service's template in prod."""
    return assembly.stages["prod"]
