"""A run as JUnit XML: a test suite per stage, a test case per action and per rollout.

Refused is a failure, broke is an error; not reached, and stopped because another failed, are skipped. So every tool
that reads JUnit tells the change's fault from ours. Where no action tells that the run did not go well (it was stopped
or cut off, it broke between two actions), a case of its own does: what was only skipped must not look green.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring  # we write XML, we parse none

from pipeline.record.run import ActionRun, RolloutRun, Run, StageRun
from pipeline.record.verdict import Outcome
from pipeline.report import rollouts

_ELEMENTS = {
    Outcome.REFUSED: "failure",
    Outcome.BROKE: "error",
    Outcome.UNREADABLE: "error",
    Outcome.INTERRUPTED: "skipped",
    Outcome.NOT_REACHED: "skipped",
}
_RUN = "rehearsal"
_CUT_OFF = "the run was cut off"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class _Case:
    """A test case: `kind` is the element that tells how it went, None for a pass."""

    name: str
    kind: str | None
    seconds: float
    message: str
    detail: Sequence[str]


def render(run: Run) -> str:
    """The whole run as one XML document."""
    root = Element("testsuites", name=_text(run.started.product), time=f"{run.ended:.3f}")
    for stage in run.stages:
        _suite(root, run, stage)
    kinds = {_kind(action) for stage in run.stages for action in stage.actions}
    if not kinds.intersection(("failure", "error")):
        _whole(root, run)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, run: Run, stage: StageRun) -> None:
    shifted = [each for each in run.rollouts if each.started.stage == stage.name]
    cases = [*(_of_action(each, run.see_again(stage.name, each)) for each in stage.actions), *map(_of_rollout, shifted)]
    suite = _counted(root, stage.name, [case.kind for case in cases], stage.seconds or 0)
    for case in cases:
        element = SubElement(
            suite, "testcase", classname=_text(stage.name), name=_text(case.name), time=f"{case.seconds:.3f}"
        )
        if case.kind:
            SubElement(element, case.kind, message=_text(case.message)).text = _text("\n".join(case.detail))


def _of_action(action: ActionRun, see_again: str) -> _Case:
    return _Case(action.name, _kind(action), action.seconds or 0, _message(action), _detail(action, see_again))


def _of_rollout(rollout: RolloutRun) -> _Case:
    outcome, word = rollouts.outcome_of(rollout)
    end = rollout.finished
    return _Case(
        name=f"rollout {rollout.started.function}",
        kind="error" if outcome is None else _ELEMENTS.get(outcome),
        seconds=end.at - rollout.began if end else 0.0,
        message=f"{word}: {end.what.reason or rollouts.measured(rollout)}" if end else _CUT_OFF,
        detail=[f"{each.what.alarm} {each.what.state}: {each.what.reason}" for each in rollout.alarms]
        + [*rollouts.not_healed(rollout), *rollouts.said(rollout)],
    )


def _counted(root: Element, name: str, kinds: list[str | None], seconds: float) -> Element:
    return SubElement(
        root,
        "testsuite",
        name=_text(name),
        tests=str(len(kinds)),
        failures=str(kinds.count("failure")),
        errors=str(kinds.count("error")),
        skipped=str(kinds.count("skipped")),
        time=f"{seconds:.3f}",
    )


def _whole(root: Element, run: Run) -> None:
    """A case for the run itself, where it did not end well and none of its actions says so."""
    end = run.finished
    if end and end.outcome is Outcome.PASSED:
        return
    kind = "failure" if end and end.outcome is Outcome.REFUSED else "error"
    suite = _counted(root, _RUN, [kind], run.ended)
    case = SubElement(suite, "testcase", classname=_RUN, name=_RUN, time=f"{run.ended:.3f}")
    SubElement(case, kind, message=_text(end.sentence if end else _CUT_OFF))


def _kind(action: ActionRun) -> str | None:
    """The element that tells how the action ended: none for a pass. An open one is of a run that was cut off."""
    if action.outcome is None:
        return "skipped" if action.began is None else "error"
    return _ELEMENTS.get(action.outcome)


def _message(action: ActionRun) -> str:
    told = action.reason or action.summary
    if told or action.outcome is not None:
        return told or str(action.outcome)
    return str(Outcome.NOT_REACHED) if action.began is None else _CUT_OFF


def _detail(action: ActionRun, see_again: str) -> list[str]:
    verdict = action.verdict
    if verdict is None:
        return list(action.last_lines)
    findings = [f"{each.where}: {each.what}" + (f" → {each.fix}" if each.fix else "") for each in verdict.findings]
    return [*findings, f"see again: {see_again}"]


def _text(text: str) -> str:
    """Text without the characters that XML 1.0 has no place for."""
    return _NOT_XML.sub("\ufffd", text)
