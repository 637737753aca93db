"""A build goes through its phases as CodeBuild's documents say, in one real shell."""

import json
from collections.abc import Mapping

import pytest

from pipeline.record.verdict import Outcome
from tests.unit.pipeline.rehearsal.runners.codebuild.workbench import Bench

COMMANDS = ("install", "pre_build", "build", "post_build")


def spec(failing: str = "", on_failure: str = "", version: str = "0.2") -> str:
    """A buildspec whose phases each write their name into `ran`; the phase `failing` then fails."""
    phases: dict[str, dict[str, object]] = {name: {"commands": [f"echo {name} >> ran"]} for name in COMMANDS}
    if failing:
        phases[failing] = {
            "commands": [f"echo {failing} >> ran", "exit 7", "echo never >> ran"],
            "finally": [f"echo {failing}-finally >> ran"],
            **({"on-failure": on_failure} if on_failure else {}),
        }
    return json.dumps({"version": version, "phases": phases})


def one_phase(*commands: str, **more: object) -> str:
    return json.dumps({"version": "0.2", "phases": {"build": {"commands": list(commands)}}, **more})


def ran(bench: Bench) -> list[str]:
    return (bench.source / "ran").read_text().split()


def phases(bench: Bench) -> list[tuple[str, str, int | None]]:
    found: list[Mapping[str, object]] = json.loads((bench.kept / "phases.json").read_text())
    return [(str(p["type"]), str(p["status"]), p["exit_status"]) for p in found]  # type: ignore[misc]


def test_all_phases_run_in_order(bench: Bench) -> None:
    result = bench.run(spec())
    assert (result.outcome, result.summary, ran(bench)) == (Outcome.PASSED, "4 commands", list(COMMANDS))
    assert [status for _, status, _ in phases(bench)] == ["SUCCEEDED"] * 4


@pytest.mark.parametrize(
    ("failing", "on_failure", "expected"),
    [
        ("install", "", ["install", "install-finally"]),
        ("install", "CONTINUE", ["install", "install-finally", "pre_build", "build", "post_build"]),
        ("pre_build", "", ["install", "pre_build", "pre_build-finally"]),
        ("build", "", ["install", "pre_build", "build", "build-finally", "post_build"]),
        ("build", "ABORT", ["install", "pre_build", "build", "build-finally"]),
        ("post_build", "", [*COMMANDS, "post_build-finally"]),
    ],
)
def test_a_failed_phase_decides_what_still_runs(
    bench: Bench, failing: str, on_failure: str, expected: list[str]
) -> None:
    result = bench.run(spec(failing, on_failure))
    assert ran(bench) == expected
    assert (result.outcome, result.reason) == (
        Outcome.REFUSED,
        f"{failing.upper()}: exit status 7 from: exit 7",
    )
    assert (failing.upper(), "FAILED", 7) in phases(bench)


def test_variables_functions_and_the_folder_carry_over_between_commands_and_phases(bench: Bench) -> None:
    text = """
    version: 0.2
    phases:
      install:
        commands: ["mkdir below; cd below", "PLAIN=seen", "greet() { echo hello; }"]
      build:
        commands: ['echo "$PLAIN $(greet) $(basename "$PWD")" > said']
    """
    bench.run(text)
    assert (bench.source / "below" / "said").read_text() == "seen hello below\n"


def test_what_is_exported_and_the_folder_survive_a_command_that_ends_the_shell(bench: Bench) -> None:
    text = """
    version: 0.2
    phases:
      build:
        commands: ["mkdir below; cd below; export KEPT='two\nlines'; exit 1"]
      post_build:
        commands: ['printf "%s" "$KEPT" > said']
    """
    bench.run(text)
    assert (bench.source / "below" / "said").read_text() == "two lines"


def test_in_version_0_1_every_command_has_a_shell_of_its_own(bench: Bench) -> None:
    commands = ["mkdir below; cd below; export FORGOTTEN=1", 'echo "${FORGOTTEN:-gone}" > said']
    bench.run(json.dumps({"version": "0.1", "phases": {"build": {"commands": commands}}}))
    assert (bench.source / "said").read_text() == "gone\n"


def test_later_phases_are_told_whether_the_build_still_succeeds(bench: Bench) -> None:
    text = """
    version: 0.2
    phases:
      pre_build:
        commands: ['echo "pre $CODEBUILD_BUILD_SUCCEEDING" >> said']
      build:
        commands: ['exit 1']
        finally: ['echo "finally $CODEBUILD_BUILD_SUCCEEDING" >> said']
      post_build:
        commands: ['echo "post $CODEBUILD_BUILD_SUCCEEDING" >> said']
    """
    bench.run(text)
    assert (bench.source / "said").read_text().splitlines() == ["pre 1", "finally 0", "post 0"]


def test_a_failing_finally_fails_its_phase(bench: Bench) -> None:
    text = "{version: 0.2, phases: {build: {commands: ['true'], finally: ['exit 4']}}}"
    assert bench.run(text).reason == "BUILD: exit status 4 from: exit 4"


def test_a_shell_that_is_killed_and_one_that_stops_at_an_error_count_as_failures(bench: Bench) -> None:
    assert bench.run(one_phase("kill -9 $$")).reason == "BUILD: exit status 137 from: kill -9 $$"
    bench.root = bench.root / "second"
    bench.__post_init__()
    assert bench.run(one_phase("set -e", "false; echo never", "true")).reason.startswith(
        "BUILD: exit status 1 from: false"
    )


def test_a_syntax_error_fails_the_command_and_not_the_rehearsal(bench: Bench) -> None:
    result = bench.run(one_phase("if then fi"))
    assert result.outcome is Outcome.REFUSED
    assert "yntax error" in bench.log


@pytest.mark.parametrize(("shell", "expected"), [("bash", "yes"), ("/bin/sh", "no")])
def test_the_shell_is_the_one_that_the_buildspec_names(bench: Bench, shell: str, expected: str) -> None:
    command = 'if (eval "(( 1 ))" && [ -z "$POSIXLY_CORRECT" ]) 2>/dev/null; then echo yes; else echo no; fi > said'
    bench.run(one_phase(command, env={"shell": shell}))
    assert (bench.source / "said").read_text().strip() == expected


def test_commands_have_no_input_to_wait_for(bench: Bench) -> None:
    assert bench.run(one_phase("! read line")).outcome is Outcome.PASSED
