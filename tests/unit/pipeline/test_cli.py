"""The command: verbs, what they are given, and what their exit codes say."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline import cli
from pipeline.gates.context import GateUsage
from pipeline.plan.delivery import DELIVERY
from pipeline.plan.render import render
from pipeline.record import tape
from pipeline.record.verdict import Outcome, Verdict
from pipeline.rehearse import Request
from pipeline.report import markdown, write
from tests.report.sample import refused
from tests.unit.pipeline.rehearsal.making import write_assembly
from tests.unit.pipeline.rehearsal.travelling import write_assembly as write_product

ROOT = Path(cli.__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def record(folder: Path) -> Path:
    """A run's folder with a tape and nothing else."""
    folder.mkdir(parents=True)
    written = tape.Tape(folder / tape.FILE_NAME, lambda: 0.0)
    for entry in refused():
        written.write(entry.event)
    written.close()
    return folder


def failing(problem: BaseException) -> Any:
    def fail(*_: object, **__: object) -> None:
        raise problem

    return fail


# --- usage -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "the following arguments are required: VERB"),
        ("deliver", "argument VERB: invalid choice: 'deliver'"),
        ("gate", "the following arguments are required: NAME"),
        ("rehearse --speed 0", "argument --speed: '0': give a number from 1 (real time) to 1000"),
        ("rehearse --speed 1001", "argument --speed: '1001': give a number from 1 (real time) to 1000"),
        ("rehearse --speed nan", "argument --speed: 'nan': give a number from 1 (real time) to 1000"),
        ("rehearse --speed fast", "argument --speed: 'fast': give a number from 1 (real time) to 1000"),
        ("rehearse --seed x", "argument --seed: invalid int value: 'x'"),
        ("rehearse --ref HEAD --worktree", "argument --worktree: not allowed with argument --ref"),
    ],
)
def test_a_line_that_makes_no_sense_is_usage(line: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(line.split())
    assert left.value.code == 2
    assert said in capsys.readouterr().err


# --- rehearse --------------------------------------------------------------------------------------------------------


def asked(line: str, monkeypatch: pytest.MonkeyPatch) -> Request:
    seen: list[Request] = []

    def run(request: Request, environ: object) -> int:  # noqa: ARG001
        seen.append(request)
        return 1

    monkeypatch.setattr("pipeline.rehearse.run", run)
    assert cli.main(["rehearse", *line.split()]) == 1
    return seen[0]


def test_head_is_rehearsed_at_thirty_times_the_speed_unless_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked("", monkeypatch) == Request(here, "HEAD", None, False, 30.0, 7, True, False)


def test_everything_of_a_rehearsal_can_be_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = "--worktree --base v1 --approve --speed 5 --traffic 0 --seed 9 --keep-going --keep-work"
    assert asked(line, monkeypatch) == Request(here, None, "v1", True, 5.0, 9, False, True, traffic=0.0)


# --- gates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "code"),
    [(Outcome.PASSED, 0), (Outcome.REFUSED, 1), (Outcome.BROKE, 3), (Outcome.INTERRUPTED, 130)],
)
def test_a_gates_verdict_is_its_exit_code(outcome: Outcome, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def run_gate(name: str, stage: str | None, root: Path, environ: object) -> Verdict:  # noqa: ARG001
        return Verdict(f"{name} in {stage}", outcome, "", 1, "tests", "again")

    monkeypatch.setattr("pipeline.gates.run.run_gate", run_gate)
    assert cli.main(["gate", "fuzz", "--stage", "beta"]) == code


def test_a_gate_that_compares_is_told_what_with(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []

    def run_gate(name: str, stage: str | None, root: Path, environ: dict[str, str]) -> Verdict:  # noqa: ARG001
        told.append(environ.get("SLIPWAY_BASE"))
        return Verdict(name, Outcome.PASSED, "fine", 1, "tests", "again")

    monkeypatch.setattr("pipeline.gates.run.run_gate", run_gate)
    monkeypatch.setattr("pipeline.compared.lay_out_base", lambda *_: {"SLIPWAY_BASE": str(here)})
    for name in ("SLIPWAY_BASE", "SLIPWAY_FIRST_RELEASE", "CODEBUILD_BUILD_ID"):
        monkeypatch.delenv(name, raising=False)
    assert [cli.main(["gate", name]) for name in ("contract", "lint")] == [0, 0]
    assert told == [str(here), None]


def test_a_gate_that_nobody_asks_is_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["gate", "taste"]) == 2
    assert capsys.readouterr().err.startswith("slipway: no gate 'taste': the plan asks workflow (Build), ")


def test_the_suite_is_asked_for_the_gates_that_are_named(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def check(names: list[str], root: Path, environ: object) -> int:  # noqa: ARG001
        seen.extend((names, root))
        return 3

    monkeypatch.setattr("pipeline.check.check", check)
    assert cli.main(["check", "lint", "unit"]) == 3
    assert seen == [["lint", "unit"], here]


# --- printing --------------------------------------------------------------------------------------------------------


def test_the_plan_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["plan"]) == 0
    assert capsys.readouterr().out == render(DELIVERY)


def test_what_was_synthesized_is_printed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_product(here / "made", "one", approval=False)
    assert cli.main(["show", "--assembly", "made"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "orders   V2 SUPERSEDED"
    assert told[2:] == [
        "3 stages, 3 actions, 0 gates",
        "",
        "Source",
        "    1 source  CodeStarSourceConnection  example/orders main",
        "",
        "Build",
        "    1 Synth  CodeBuild                 makes Synth",
        "",
        "prod",
        "    1 Deploy  CloudFormation            CREATE_UPDATE orders",
    ]


def test_a_place_that_no_assembly_can_go_to_is_usage(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        assert cli.main(["synth", "--output", str(place)]) == 2
        told = capsys.readouterr().err
        assert told.startswith(f"slipway: {place} can't be written: ")
        assert told.endswith("; name another folder with --output\n")


def test_an_assembly_that_is_not_there_is_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show"]) == 2
    said = "slipway: cdk.out: there is no such folder; synthesize first (`scripts/slipway synth`, or `cdk synth`)\n"
    assert capsys.readouterr().err == said


def test_an_assembly_without_a_pipeline_is_unreadable(here: Path) -> None:
    write_assembly(here / "cdk.out", {"orders": {"Resources": {}}})
    assert cli.main(["show"]) == 2


def test_the_doctor_refuses_a_machine_that_lacks_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.doctor.checks", lambda *_: iter(()))
    assert cli.main(["doctor"]) == 0
    monkeypatch.setattr("pipeline.doctor.report", lambda *_: False)
    assert cli.main(["doctor"]) == 1


# --- reports ---------------------------------------------------------------------------------------------------------


def test_the_newest_runs_pages_are_drawn_again(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = record(here / cli.RUNS / "run-1")
    (here / cli.RUNS / "latest").symlink_to("run-1")
    assert cli.main(["report"]) == 0
    assert capsys.readouterr().out.splitlines() == [f".slipway/runs/latest/{page}" for page in write.PAGES]
    assert sorted(path.name for path in run.iterdir()) == sorted([tape.FILE_NAME, *write.PAGES])


@pytest.mark.parametrize("named", ["run-1", ".slipway/runs/run-1"])
def test_a_run_is_named_by_its_id_or_its_folder(named: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = record(here / cli.RUNS / "run-1")
    assert cli.main(["report", named, "--markdown"]) == 0
    _, view = write.write(run)
    assert capsys.readouterr().out == markdown.render(view, markdown.SUMMARY_BYTES)


def test_a_run_that_is_not_there_is_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["report", "run-2"]) == 2
    said = "slipway: .slipway/runs/run-2: there is no run; `ls .slipway/runs` shows those there are\n"
    assert capsys.readouterr().err == said


def test_a_tape_that_was_changed_is_unreadable(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = record(here / "run-1")
    (run / tape.FILE_NAME).write_text((run / tape.FILE_NAME).read_text().replace("Ada", "Eve"))
    assert cli.main(["report", "run-1"]) == 2
    assert "checksum does not match" in capsys.readouterr().err


def test_an_empty_tape_is_unreadable(here: Path) -> None:
    (here / "run-1").mkdir()
    (here / "run-1" / tape.FILE_NAME).touch()
    assert cli.main(["report", "run-1"]) == 2


def test_pages_that_cant_be_written_are_our_failure(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    record(here / "run-1")
    monkeypatch.setattr(write, "replace", failing(OSError("no space left")))
    assert cli.main(["report", "run-1"]) == 3
    assert capsys.readouterr().err.startswith("slipway: the report can't be written: no space left; ")


# --- synthesis -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "variable", "expected"),
    [("", None, "cdk.out"), ("", "", "cdk.out"), ("", "there", "there"), ("--output here", "there", "here")],
)
def test_the_assembly_goes_where_it_is_told(
    line: str, variable: str | None, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Path] = []
    monkeypatch.delenv("CDK_OUTDIR", raising=False)
    if variable is not None:
        monkeypatch.setenv("CDK_OUTDIR", variable)
    monkeypatch.setattr("pipeline.app.synth", seen.append)
    assert cli.main(["synth", *line.split()]) == 0
    assert seen == [Path(expected)]


def test_a_synthesis_says_what_it_wrote_where_and_how_long_it_took(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def synth(outdir: Path) -> None:
        for name in ("pipeline.template.json", "assembly-beta/orders.template.json", "assembly-beta/manifest.json"):
            (outdir / name).parent.mkdir(exist_ok=True)
            (outdir / name).touch()

    monkeypatch.setattr("pipeline.app.synth", synth)
    assert cli.main(["synth", "--output", str(tmp_path)]) == 0
    told = capsys.readouterr()
    assert told.out == ""  # which is the cdk command line's own
    where = re.escape(str(tmp_path))
    assert re.match(rf"slipway: wrote .*, 2 templates, into {where} in [0-9]+\.[0-9] s; ", told.err)


def problems() -> list[tuple[str, int]]:
    return [
        ("NotAnAssembly", 2),
        ("InvalidAssembly", 2),
        ("UnreadableContract", 2),
        ("NotLocked", 2),
        ("NotPython", 2),
        ("BundleFailed", 3),
    ]


@pytest.mark.parametrize(("name", "code"), problems())
def test_a_synthesis_that_fails_says_whose_fault_it_is_without_a_traceback(
    name: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from pipeline.cloud import assembly, bundle, openapi

    found = {**vars(assembly), **vars(bundle), **vars(openapi)}[name]
    monkeypatch.setattr("pipeline.app.synth", failing(found("what is wrong")))
    assert cli.main(["synth"]) == code
    assert capsys.readouterr().err == "slipway: what is wrong\n"


def test_what_the_trees_own_code_raises_is_the_sources_fault_and_its_place_is_said_last(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pipeline.app.context", failing(KeyError("context")))
    assert cli.main(["synth"]) == 2
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert re.fullmatch(
        r"slipway: the source does not synthesize: KeyError: 'context' at tests/unit/pipeline/test_cli\.py:\d+; "
        r"mend it, then run scripts/slipway synth",
        told.splitlines()[-1],
    )


def test_a_machine_that_fails_beneath_a_synthesis_is_not_the_sources_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pipeline.app.synth", failing(OSError(28, "No space left on device")))
    assert cli.main(["synth"]) == 3
    assert capsys.readouterr().err.endswith(
        "slipway: OSError: [Errno 28] No space left on device; this is a fault of slipway, not of the change\n"
    )


@pytest.mark.parametrize("module", ["pipeline.app", "pipeline.cloud.assembly", "pipeline.plan.delivery"])
def test_a_tree_whose_own_modules_dont_compile_does_not_synthesize(module: str, here: Path) -> None:
    """In a process of its own, over a copy of the tree in which one module is broken."""
    for name in ("api", "pipeline"):
        shutil.copytree(ROOT / name, here / name, ignore=shutil.ignore_patterns("__pycache__"))
    broken = here / Path(*module.split(".")).with_suffix(".py")
    broken.write_text(f"{broken.read_text()}\ndef half(:\n")
    line = len(broken.read_text().splitlines())
    environment = {**os.environ, "PYTHONPATH": str(here), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pipeline.cli", "synth"], capture_output=True, text=True, env=environment
    )
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        2,
        f"slipway: the source does not synthesize: SyntaxError: invalid syntax at {broken.relative_to(here)}:{line}; "
        "mend it, then run scripts/slipway synth",
    )


# --- what nobody foresaw ---------------------------------------------------------------------------------------------


def test_a_fault_of_our_own_is_never_taken_for_a_refusal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pipeline.plan.render.render", failing(RuntimeError("jsii")))
    assert cli.main(["plan"]) == 3
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert told.endswith("slipway: RuntimeError: jsii; this is a fault of slipway, not of the change\n")


def test_an_interrupt_is_told_as_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("pipeline.check.check", failing(KeyboardInterrupt()))
    assert cli.main(["check"]) == 130
    assert capsys.readouterr().err == "interrupted\n"


@pytest.mark.parametrize(("verb", "code"), [("plan", 0), ("check", 3)])
def test_a_reader_who_goes_away_turns_no_judgement_into_a_pass(
    verb: str, code: int, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.plan.render.render", failing(BrokenPipeError()))
    monkeypatch.setattr("pipeline.check.check", failing(BrokenPipeError()))
    with (here / "out").open("w") as out:
        monkeypatch.setattr(sys, "stdout", out)
        assert cli.main([verb]) == code


def test_a_gate_that_is_asked_wrongly_is_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.gates.run.run_gate", failing(GateUsage("SLIPWAY_SEED is 'x'")))
    assert cli.main(["gate", "unit"]) == 2


def test_importing_the_command_loads_neither_the_cdk_nor_an_aws_client() -> None:
    code = "import sys, pipeline.cli; print([n for n in ('aws_cdk', 'boto3', 'rich') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[3])
    assert (done.returncode, done.stdout) == (0, "[]\n")


def test_the_use_of_a_stage_that_is_not_planned_is_not_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["usage", "elsewhere"]) == 2
    assert capsys.readouterr().err == "slipway: there is no stage elsewhere; there are beta, gamma, prod\n"


def test_without_a_region_the_use_of_a_stage_can_not_be_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    assert cli.main(["usage", "beta"]) == 2
    assert "Set the credentials and the region of the account of beta." in capsys.readouterr().err


def test_the_test_suite_and_a_rehearsal_say_in_the_same_words_what_they_stand_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for verb in ("check", "rehearse"):
        with pytest.raises(SystemExit):
            cli.main([verb, "--help"])
        said = " ".join(capsys.readouterr().out.split())
        assert "where the commit left main, or the commit before it" in said
        assert verb != "check" or said.count("ask every gate that needs no deployed stage") == 1
    assert "where the commit left main, or the commit before it" in (ROOT / "README.md").read_text()
