"""Artifacts: kept once, handed out whole, and never used when somebody changed them."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.rehearsal.artifacts import ArtifactStore, Inputs
from pipeline.rehearsal.errors import Broke, Refused


@pytest.fixture
def store(tmp_path: Path) -> ArtifactStore:
    (tmp_path / "artifacts").mkdir()
    return ArtifactStore(tmp_path / "artifacts")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    made = tmp_path / "tree"
    (made / "sub").mkdir(parents=True)
    (made / "sub" / "program").write_text("#!/bin/sh\n")
    (made / "sub" / "program").chmod(0o755)
    (made / "plain.txt").write_bytes(b"plain\n")
    (made / "link").symlink_to("plain.txt")
    return made


def test_what_is_laid_out_is_what_was_kept(store: ArtifactStore, tree: Path, tmp_path: Path) -> None:
    os.utime(tree / "plain.txt", (1_000_000_000, 1_000_000_000))
    artifact = store.keep("Source", tree)
    out = store.lay_out("Source", tmp_path / "out")
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*")) == ["link", "plain.txt", "sub", "sub/program"]
    assert (out / "plain.txt").read_bytes() == b"plain\n"
    assert (out / "link").readlink() == Path("plain.txt")
    assert os.access(out / "sub" / "program", os.X_OK)
    assert (out / "plain.txt").stat().st_mtime == 1_000_000_000
    assert (artifact.files, artifact.size) == (3, len("plain\n#!/bin/sh\n"))


def test_every_user_gets_a_tree_of_its_own(store: ArtifactStore, tree: Path, tmp_path: Path) -> None:
    store.keep("Source", tree)
    first, second = Inputs(store, ("Source",), tmp_path / "1"), Inputs(store, ("Source",), tmp_path / "2")
    (first["Source"] / "plain.txt").write_text("changed by a build")
    assert (second["Source"] / "plain.txt").read_text() == "plain\n"


def test_the_digest_tells_content_and_not_time(store: ArtifactStore, tree: Path) -> None:
    before = store.keep("A", tree).digest
    os.utime(tree / "plain.txt", (1, 1))
    assert store.keep("B", tree).digest == before
    assert store.digests == {"A": before, "B": before}


@pytest.mark.parametrize("change", ["content", "name", "mode", "link", "folder"])
def test_the_digest_tells_every_change(store: ArtifactStore, tree: Path, change: str) -> None:
    before = store.keep("A", tree).digest
    match change:
        case "content":
            (tree / "plain.txt").write_text("Plain\n")
        case "name":
            (tree / "plain.txt").rename(tree / "plainer.txt")
        case "mode":
            (tree / "plain.txt").chmod(0o755)
        case "link":
            (tree / "link").unlink()
            (tree / "link").symlink_to("sub")
        case "folder":
            (tree / "empty").mkdir()
    assert store.keep("B", tree).digest != before


def test_an_artifact_that_was_changed_is_never_used(store: ArtifactStore, tree: Path, tmp_path: Path) -> None:
    artifact = store.keep("Synth", tree)
    content = bytearray(artifact.file.read_bytes())
    content[content.index(b"plain\n")] ^= 1
    artifact.file.write_bytes(content)
    with pytest.raises(Broke) as broke:
        store.lay_out("Synth", tmp_path / "out")
    pattern = (
        r"the artifact Synth was changed after it was made: SHA-256 [0-9a-f]{12}…, made as [0-9a-f]{12}…; "
        r"nothing was deployed from it, run again from the source"
    )
    assert re.fullmatch(pattern, str(broke.value))
    assert not (tmp_path / "out").exists()


def test_an_artifact_that_is_gone_is_named(store: ArtifactStore, tree: Path, tmp_path: Path) -> None:
    store.keep("Synth", tree).file.unlink()
    with pytest.raises(Broke, match="the artifact Synth can't be read"):
        store.lay_out("Synth", tmp_path / "out")


def test_an_empty_artifact_is_refused(store: ArtifactStore, tmp_path: Path) -> None:
    (tmp_path / "tree" / "only-a-folder").mkdir(parents=True)
    with pytest.raises(Refused, match="the artifact Synth is empty"):
        store.keep("Synth", tmp_path / "tree")


def test_a_socket_or_pipe_can_not_be_handed_on(store: ArtifactStore, tree: Path) -> None:
    os.mkfifo(tree / "pipe")
    with pytest.raises(Refused, match="holds pipe, which is neither a file, a folder nor a link"):
        store.keep("Synth", tree)


def test_two_names_of_one_file_become_two_files(store: ArtifactStore, tree: Path, tmp_path: Path) -> None:
    (tree / "second.txt").hardlink_to(tree / "plain.txt")
    store.keep("Source", tree)
    out = store.lay_out("Source", tmp_path / "out")
    (out / "plain.txt").write_text("changed")
    assert (out / "second.txt").read_text() == "plain\n"


def test_inputs_are_laid_out_when_they_are_asked_for(store: ArtifactStore, tree: Path, tmp_path: Path) -> None:
    store.keep("Source", tree)
    inputs = Inputs(store, ("Source",), tmp_path / "inputs")
    assert (list(inputs), len(inputs), (tmp_path / "inputs").exists()) == (["Source"], 1, False)
    assert inputs["Source"] == inputs["Source"] == tmp_path / "inputs" / "Source"
    with pytest.raises(KeyError):
        inputs["Other"]


NAMES = st.text(alphabet="abcé ü.-_", min_size=1, max_size=8).filter(lambda name: set(name) - set("."))


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(NAMES, st.binary(max_size=64), min_size=1, max_size=5))
def test_any_content_comes_back_byte_by_byte(
    tmp_path_factory: pytest.TempPathFactory, content: dict[str, bytes]
) -> None:
    folder = tmp_path_factory.mktemp("artifact")
    for name in ("artifacts", "tree"):
        (folder / name).mkdir()
    for name, data in content.items():
        (folder / "tree" / name).write_bytes(data)
    store = ArtifactStore(folder / "artifacts")
    store.keep("A", folder / "tree")
    out = store.lay_out("A", folder / "out")
    assert {path.name: path.read_bytes() for path in out.iterdir()} == content
