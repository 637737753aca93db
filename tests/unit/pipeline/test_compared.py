"""What gates compare a change with: what a rehearsal would put up first, or what a pipeline knows to be live."""

from pathlib import Path

import pytest

from pipeline import release_record
from pipeline.compared import beside_base, lay_out_base
from pipeline.gates.context import GateBroke
from pipeline.rehearsal.errors import Unreadable
from tests.unit.pipeline.rehearsal.test_commits import commit, git
from tests.unit.pipeline.rehearsal.travelling import product, release


def test_gates_compare_with_what_a_rehearsal_would_put_up_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, scratch = tmp_path / "root", tmp_path / "scratch"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    first = commit(root, "one", promise="old")
    commit(root, "two", promise="new")

    told = lay_out_base(root, scratch, {}, ["contract"])

    assert told == {"SLIPWAY_BASE": str(scratch / "base")}
    assert (scratch / "base" / "promise").read_text() == "old"
    assert capsys.readouterr().out == f"compared with {first[:7]}, the commit before it\n"


def laid_out(tmp_path: Path, app: str) -> tuple[Path, Path, dict[str, str]]:
    """A repository whose app synthesizes by the shell line `app`, a scratch folder, and the environment for both."""
    root, scratch = product(tmp_path / "root"), tmp_path / "scratch"
    scratch.mkdir()
    release(root, "one", synth_dot_sh=app)
    release(root, "two", synth_dot_sh="exit 1")
    home = str(tmp_path / "home")
    return root, scratch, {"SLIPWAY_HOME": home, "HOME": home, "JSII_NODE": "/node", "SLIPWAY_NPM": "/npm"}


def test_a_gate_that_compares_assemblies_gets_the_base_as_its_own_command_makes_it(tmp_path: Path) -> None:
    root, scratch, environ = laid_out(tmp_path, 'cp -r assembly "$CDK_OUTDIR"\n')

    told = lay_out_base(root, scratch, environ, ["contract", "guard"])

    assert told == {"SLIPWAY_BASE": str(scratch / "base")}
    assert (scratch / "base" / "cdk.out" / "manifest.json").is_file()
    assert (scratch / "base" / "contracts").readlink() == scratch / "base" / "source" / "contracts"


def test_a_base_that_does_not_synthesize_is_named_all_the_same_so_that_the_gate_breaks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, scratch, environ = laid_out(tmp_path, "echo no table; exit 1\n")

    assert lay_out_base(root, scratch, environ, ["contract", "guard"]) == {"SLIPWAY_BASE": str(scratch / "base")}
    assert not (scratch / "base" / "cdk.out").exists()
    said = capsys.readouterr().out
    assert "the base release could not be synthesized" in said
    assert "no table" in said


def test_a_first_release_is_said_to_be_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, "one", promise="new")
    assert lay_out_base(tmp_path, tmp_path / "scratch", {}, ["contract"]) == {"SLIPWAY_FIRST_RELEASE": "1"}
    assert capsys.readouterr().out.startswith("first release: ")


def test_a_repository_that_does_not_tell_what_is_deployed_is_no_first_release(tmp_path: Path) -> None:
    whole, shallow = tmp_path / "whole", tmp_path / "shallow"
    whole.mkdir()
    git(whole, "init", "-q", "-b", "main")
    commit(whole, "one", promise="old")
    commit(whole, "two", promise="new")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{whole}", str(shallow))
    with pytest.raises(Unreadable, match="the clone is shallow"), beside_base(shallow, {}, ["contract"]):
        pytest.fail("asked without a base")


def test_a_gate_by_itself_is_told_of_the_base_for_as_long_as_it_asks(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, "one", promise="old")
    commit(tmp_path, "two", promise="new")
    with beside_base(tmp_path, {"LANG": "C"}, ["contract"]) as environ:
        base = Path(environ["SLIPWAY_BASE"])
        assert ((base / "promise").read_text(), environ["LANG"]) == ("old", "C")
    assert not base.exists()


IN_BUILD = {"CODEBUILD_BUILD_ID": "contract:1", "CODEBUILD_INITIATOR": "codepipeline/orders"}


@pytest.mark.parametrize(("found", "told"), [(True, "SLIPWAY_BASE"), (False, "SLIPWAY_FIRST_RELEASE")])
def test_a_build_is_told_of_what_last_reached_prod(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, found: bool, told: str
) -> None:
    asked: list[tuple[str, str]] = []

    def lay_out(_: object, pipeline: str, stage: str, to: Path) -> bool:
        assert to.is_dir()
        asked.append((pipeline, stage))
        return found

    monkeypatch.setattr(release_record, "lay_out", lay_out)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with beside_base(tmp_path, IN_BUILD, ["contract"]) as environ:
        assert environ.keys() - IN_BUILD.keys() == {told}
    assert asked == [("orders", "prod")]


def test_a_build_that_can_not_find_out_what_is_live_is_told_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lay_out(*_: object) -> bool:
        raise GateBroke("the artifact is gone")

    monkeypatch.setattr(release_record, "lay_out", lay_out)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with beside_base(tmp_path, IN_BUILD, ["contract"]) as environ:
        assert environ == IN_BUILD
    with beside_base(tmp_path, {"CODEBUILD_BUILD_ID": "contract:1"}, ["contract"]) as environ:
        assert environ == {"CODEBUILD_BUILD_ID": "contract:1"}
    assert capsys.readouterr().out == "what is live in prod can't be found out: the artifact is gone\n"


@pytest.mark.parametrize("name", ["SLIPWAY_BASE", "SLIPWAY_FIRST_RELEASE"])
def test_whoever_says_what_is_deployed_is_believed(tmp_path: Path, name: str) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    with beside_base(tmp_path, {name: "1"}, ["contract"]) as environ:
        assert environ == {name: "1"}


def test_without_a_repository_nothing_is_compared_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    assert lay_out_base(tmp_path, tmp_path, {}, ["contract"]) == {}
    assert capsys.readouterr().out.startswith("no base to compare with: ")
