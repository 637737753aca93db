"""Synthesis gives the same bytes whoever asks, from wherever: that is what lets a rehearsal speak for a release."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from aws_cdk import App, Stack

from pipeline.app import default_outdir, synth
from pipeline.cloud.assembly import NotAnAssembly
from pipeline.cloud.settings import ROOT
from tests.synth.reading import Assembly

AS_THE_CDK_COMMAND_LINE_ASKS = {
    "aws:cdk:enable-path-metadata": True,
    "aws:cdk:enable-asset-metadata": True,
    "aws:cdk:version-reporting": True,
    "aws:cdk:bundling-stacks": ["**"],
}


def files(folder: Path) -> Mapping[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.slow
def test_the_cdk_command_line_in_another_folder_gets_the_same_bytes(assembly: Assembly, tmp_path: Path) -> None:
    """Another process, another folder, another hash seed, another clock zone, and the command line's own context."""
    asked = {
        **os.environ,
        "CDK_OUTDIR": str(tmp_path / "out"),
        "CDK_CONTEXT_JSON": json.dumps(AS_THE_CDK_COMMAND_LINE_ASKS),
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "4711",
        "TZ": "Asia/Kathmandu",
        "AWS_PROFILE": "nobody",
    }
    subprocess.run([sys.executable, "-P", "-m", "pipeline.app"], cwd=tmp_path, env=asked, check=True)
    again = files(tmp_path / "out")
    assert sorted(again) == sorted(files(assembly.folder))
    assert [name for name, data in files(assembly.folder).items() if again[name] != data] == []


def test_the_assembly_holds_nothing_of_this_machine(assembly: Assembly) -> None:
    texts = [data for name, data in files(assembly.folder).items() if not name.endswith(".zip")]
    assert len(texts) > 10
    for telling in (str(ROOT), str(Path.home()), str(assembly.folder)):
        assert not any(telling.encode() in text for text in texts)


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("irreplaceable")
    with pytest.raises(NotAnAssembly, match="name another folder, or empty this one"):
        synth(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "irreplaceable"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """An app of one empty stack, for what has to do with the folder alone."""

    def build(outdir: Path, *_: object) -> App:
        app = App(outdir=str(outdir.resolve()), analytics_reporting=False, auto_synth=False)
        Stack(app, "pipeline")
        return app

    monkeypatch.setattr("pipeline.cloud.assembly.build_app", build)


@pytest.mark.usefixtures("small")
def test_a_synthesis_that_failed_half_way_does_not_stand_in_the_way_of_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_half_way(outdir: Path, *_: object) -> App:
        (outdir / "asset.half.zip").write_text("half")
        raise KeyError("Table")

    with monkeypatch.context() as broken:
        broken.setattr("pipeline.cloud.assembly.build_app", fail_half_way)
        with pytest.raises(KeyError):
            synth(tmp_path)
    synth(tmp_path)
    assert not (tmp_path / "asset.half.zip").exists()
    assert json.loads((tmp_path / "cdk.out").read_text())["version"]


@pytest.mark.usefixtures("small")
def test_an_earlier_assembly_makes_room_for_the_new_one_under_the_command_lines_lock(tmp_path: Path) -> None:
    (tmp_path / "cdk.out").write_text('{"version":"1"}')
    (tmp_path / "asset.old.zip").write_text("stale")
    (tmp_path / "assembly-old").mkdir()
    (tmp_path / "synth.lock").write_text("4711")
    synth(tmp_path)
    assert not (tmp_path / "asset.old.zip").exists()
    assert not (tmp_path / "assembly-old").exists()
    assert (tmp_path / "synth.lock").read_text() == "4711"
    assert (tmp_path / "pipeline.template.json").is_file()


def test_the_assembly_goes_where_the_cdk_command_line_says() -> None:
    assert default_outdir({"CDK_OUTDIR": "/somewhere"}) == Path("/somewhere")
    assert default_outdir({}) == Path("cdk.out")
