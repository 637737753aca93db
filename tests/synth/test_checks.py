"""What the CDK's checkers say of the assembly, as the gate `scan` asks them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cloud.settings import ROOT
from tests.synth.reading import Assembly, Json


@pytest.fixture(scope="module")
def checked(assembly: Assembly, tmp_path_factory: pytest.TempPathFactory) -> Json:
    """What `python -m pipeline.cloud.checks` writes; in its own process, since one validates always or never."""
    output: Path = tmp_path_factory.mktemp("checks") / "nag.json"
    command = [
        sys.executable,
        "-m",
        "pipeline.cloud.checks",
        "--assembly",
        str(assembly.folder),
        "--output",
        str(output),
    ]
    subprocess.run(command, cwd=ROOT, check=True)
    return json.loads(output.read_text())


@pytest.mark.slow
def test_nothing_is_found_that_nobody_acknowledged(checked: Json) -> None:
    assert checked["findings"] == []


@pytest.mark.slow
def test_every_acknowledgement_matches_something_and_has_its_reason(checked: Json) -> None:
    assert checked["unused"] == []
    assert len(checked["acknowledged"]) > 100
    assert all(len(each["reason"]) > 30 for each in checked["acknowledged"])


@pytest.mark.slow
def test_every_resource_of_every_template_was_looked_at(checked: Json, assembly: Assembly) -> None:
    templates = [assembly.pipeline, *assembly.stages.values()]
    assert checked["resources"] == sum(len(template.resources) for template in templates)
    assert checked["templates"] == 4
