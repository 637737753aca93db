"""The gate `mutation`: what a sample of the catalogue means, and which sweeps can't be trusted."""

from pathlib import Path

import pytest

from pipeline.gates import mutation
from pipeline.gates.context import Context
from pipeline.gates.judge import Asked, judge
from pipeline.plan.delivery import MUTATION
from pipeline.record.verdict import Outcome, Verdict
from tests.unit.pipeline.gates.world import Toolbox, context

NAMES = ("control", "w01-tag", "t02-types", "u03-total", "c04-field", "s05-key", "g06-alarm")


def report(**told: str) -> str:
    """A sweep's JUnit file; `told` has what is said, by the change's name with _ for -, as `tag: message`."""
    cases = []
    for name in NAMES:
        tag, _, message = told.get(name.replace("-", "_"), "").partition(": ")
        cases.append(f'<testcase name="{name}">{f"<{tag} message={message!r}/>" if tag else ""}</testcase>')
    return f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>"


@pytest.fixture
def source(tmp_path: Path) -> Context:
    (tmp_path / mutation.CATALOGUE / "w01-tag").mkdir(parents=True)
    (tmp_path / mutation.CATALOGUE / "w01-tag/change.toml").touch()
    return context(tmp_path, MUTATION)


def judged(source: Context, tools: Toolbox, text: str | None, code: int = 0, err: str = "") -> Verdict:
    """Python is asked for the sweep, ends with `code`, and leaves the report `text`."""
    file = source.root / mutation.REPORT
    asked = f"echo $@ > {source.out}/asked"
    writes = f"; mkdir -p {file.parent}; cat > {file} <<'END'\n{text}\nEND" if text is not None else ""
    tools.say(mutation.PYTHON, err=err, code=code, also=asked + writes)
    return judge(MUTATION, mutation.gather(source), Asked("again"))


def test_a_sample_that_was_stopped_passes(source: Context, tools: Toolbox) -> None:
    verdict = judged(source, tools, report())
    assert (verdict.outcome, verdict.summary, verdict.checked) == (Outcome.PASSED, "6 of 6 bad changes stopped", 6)
    assert (source.out / "asked").read_text() == "-P -m pipeline.mutation --sample --worktree\n"


def test_who_asks_anew_has_no_earlier_answer_counted(source: Context, tools: Toolbox) -> None:
    judged(context(source.root, MUTATION, SLIPWAY_FRESH="1"), tools, report())
    assert (source.out / "asked").read_text().endswith(" --fresh\n")


def test_a_bad_change_that_comes_through_refuses_and_is_named(source: Context, tools: Toolbox) -> None:
    verdict = judged(source, tools, report(g06_alarm="failure: let through: expected guard"), code=1)
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.summary == "5 of 6 bad changes stopped; stopped 83.333 %, limit at least 100 %"
    assert ("g06-alarm", "let through: expected guard") in [(one.where, one.what) for one in verdict.findings]


def test_a_tree_that_the_gates_refuse_by_itself_is_refused(source: Context, tools: Toolbox) -> None:
    verdict = judged(source, tools, report(control="failure: lint: a line is too long"), code=3)
    assert (verdict.outcome, [one.value for one in verdict.measurements]) == (Outcome.REFUSED, [0])
    assert "control" in [one.where for one in verdict.findings]


@pytest.mark.parametrize(
    ("text", "code", "why"),
    [
        (report(u03_total="error: not applied: the anchor is gone"), 3, "u03-total: not applied: the anchor is gone"),
        (None, 3, "no disk"),
        ("<testsuites>", 0, "the report can't be read"),
        (report(), 1, "it ended with 1, and its report names nothing"),
        (report(), 3, "it ended with 3, and its report names nothing"),
        (report(), 2, "crashed"),
    ],
)
def test_a_sweep_that_can_t_be_trusted_is_our_failure(
    text: str | None, code: int, why: str, source: Context, tools: Toolbox
) -> None:
    verdict = judged(source, tools, text, code, err="no disk")
    assert verdict.outcome is Outcome.BROKE
    assert why in verdict.summary + "".join(one.what for one in verdict.findings)


def test_an_earlier_report_is_not_taken_for_this_one_s(source: Context, tools: Toolbox) -> None:
    judged(source, tools, report())
    assert judged(source, tools, None).outcome is Outcome.BROKE


def test_a_sample_of_too_few_is_refused(source: Context, tools: Toolbox) -> None:
    few = report().replace('<testcase name="g06-alarm"></testcase>', "")
    assert judged(source, tools, few).outcome is Outcome.REFUSED
