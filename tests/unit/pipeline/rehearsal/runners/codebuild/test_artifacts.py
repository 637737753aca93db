"""What a build hands on is what its patterns mean; that nothing matches is a failure."""

import json
from pathlib import Path

import pytest

from pipeline.record.verdict import Outcome
from pipeline.rehearsal.runners.codebuild.artifacts import ArtifactsMissing, select
from pipeline.rehearsal.spec import ArtifactFiles
from tests.unit.pipeline.rehearsal.runners.codebuild.workbench import Bench

TREE = ("a.txt", ".hidden", "lib/b.py", "lib/deep/c.py", "lib/.cache/d", "my-build-1/one", "my-build-2/sub/two")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in TREE:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


def chosen(tree: Path, *files: str, **more: object) -> list[str]:
    return sorted(str(name) for name in select(ArtifactFiles(files, **more), tree).files)  # type: ignore[arg-type]


# The patterns of "Build specification reference for CodeBuild": artifacts/files, exclude-paths, base-directory.
@pytest.mark.parametrize(
    ("files", "more", "expected"),
    [
        (["**/*"], {}, sorted(TREE)),
        (["a.txt"], {}, ["a.txt"]),
        (["./lib/deep/c.py"], {}, ["lib/deep/c.py"]),
        (["lib/*"], {}, ["lib/b.py"]),
        (["lib/**/*"], {}, ["lib/.cache/d", "lib/b.py", "lib/deep/c.py"]),
        (["lib/**/*.py"], {"base_directory": "."}, ["lib/b.py", "lib/deep/c.py"]),
        (["**/*"], {"exclude_paths": ("lib/**/*", "my-*/**/*")}, [".hidden", "a.txt"]),
        (["lib/**/*", ".hidden"], {"exclude_paths": ("**/.*/**/*",)}, [".hidden", "lib/b.py", "lib/deep/c.py"]),
        (["**/*"], {"base_directory": "lib"}, [".cache/d", "b.py", "deep/c.py"]),
        (["**/*"], {"base_directory": "my-build-*"}, ["one", "sub/two"]),
        (["*/two"], {"base_directory": "my-build-2"}, ["sub/two"]),
        (["**/*"], {"base_directory": "my-build*", "discard_paths": True}, ["one", "two"]),
    ],
)
def test_patterns_mean_what_codebuild_s_do(
    tree: Path, files: list[str], more: dict[str, object], expected: list[str]
) -> None:
    assert chosen(tree, *files, **more) == expected


def test_a_base_directory_that_is_not_there_is_named(tree: Path) -> None:
    with pytest.raises(ArtifactsMissing, match="no matching base directory path found for dist"):
        chosen(tree, "**/*", base_directory="dist")


def test_flattening_two_files_into_one_is_refused(tree: Path) -> None:
    (tree / "lib" / "a.txt").write_text("another")
    with pytest.raises(ArtifactsMissing, match=r"would both become a\.txt"):
        chosen(tree, "**/*.txt", discard_paths=True)


def test_links_to_files_become_files_and_links_to_folders_are_named(tree: Path) -> None:
    (tree / "lib" / "linked").symlink_to(tree / "a.txt")
    (tree / "lib" / "folder").symlink_to(tree / "my-build-1")
    selection = select(ArtifactFiles(("lib/**/*",)), tree)
    assert "lib/linked" in {str(name) for name in selection.files}
    assert selection.left_out == ("lib/folder: a link to a folder, or to nothing",)


def building(artifacts: object, *commands: str, **more: object) -> str:
    phases = {"build": {"commands": commands or ["mkdir -p out/sub; echo 1 > out/one; echo 2 > out/sub/two"]}}
    return json.dumps({"version": "0.2", "phases": phases, "artifacts": artifacts, **more})


def test_one_output_artifact_is_the_buildspec_s_primary_one(bench: Bench) -> None:
    result = bench.run(building({"base-directory": "out", "files": "**/*"}), outputs=("Assembly",))
    assert result.outcome is Outcome.PASSED
    assert bench.output("Assembly") == {"one": "1\n", "sub/two": "2\n"}


def test_several_output_artifacts_are_the_secondary_ones_by_name(bench: Bench) -> None:
    secondary = {"First": {"files": "out/one"}, "Second": {"base-directory": "out/sub", "files": ["two", "three"]}}
    spec = building({"files": "never", "secondary-artifacts": secondary})
    assert bench.run(spec, outputs=("First", "Second")).outcome is Outcome.PASSED
    assert (bench.output("First"), bench.output("Second")) == ({"out/one": "1\n"}, {"two": "2\n"})
    assert "Skipping invalid file path three" in bench.log


@pytest.mark.parametrize(
    ("artifacts", "outputs", "reason"),
    [
        ({"files": "nothing/*"}, ("One",), "UPLOAD_ARTIFACTS: no matching artifact paths found"),
        (
            {"files": "out/one", "secondary-artifacts": {"One": {"files": "out/one"}}},
            ("One", "Two"),
            "UPLOAD_ARTIFACTS: the action hands on Two, but buildspec of the test has no "
            "artifacts/secondary-artifacts/Two",
        ),
    ],
)
def test_an_artifact_that_was_not_made_fails_the_build(
    bench: Bench, artifacts: object, outputs: tuple[str, ...], reason: str
) -> None:
    result = bench.run(building(artifacts), outputs=outputs)
    assert (result.outcome, result.reason) == (Outcome.REFUSED, reason)


def test_what_a_failed_build_made_is_not_handed_on(bench: Bench) -> None:
    result = bench.run(building({"files": "out/*"}, "mkdir out; echo 1 > out/one; exit 1"), outputs=("One",))
    assert (result.outcome, bench.output("One")) == (Outcome.REFUSED, {})
    assert "UPLOAD_ARTIFACTS SUCCEEDED" in bench.log


def test_reports_are_looked_for_and_their_lack_is_named(bench: Bench) -> None:
    reports = {"unit": {"files": ["one"], "base-directory": "out"}, "lost": {"files": ["junit.xml"]}}
    assert bench.run(building({"files": "out/*"}, reports=reports)).outcome is Outcome.PASSED
    assert "report unit: 1 JUNITXML file, not sent anywhere" in bench.log
    assert "report lost: report files not found in build (junit.xml)" in bench.log
