"""A run as JUnit XML: a test suite per stage, a test case per action.

Refused is a failure, broke is an error; not reached, and stopped because another failed, are skipped. So every tool
that reads JUnit tells the change's fault from ours. Where no action tells that the run did not go well (it was stopped
or cut off, it broke between two actions), a case of its own does: what was only skipped must not look green.
"""

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring  # we write XML, we parse none

from pipeline.record.run import ActionRun, Run, StageRun
from pipeline.record.verdict import Outcome

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


def render(run: Run) -> str:
    """The whole run as one XML document."""
    root = Element("testsuites", name=_text(run.started.product), time=f"{run.ended:.3f}")
    for stage in run.stages:
        _suite(root, stage)
    kinds = {_kind(action) for stage in run.stages for action in stage.actions}
    if not kinds.intersection(("failure", "error")):
        _whole(root, run)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, stage: StageRun) -> None:
    kinds = [_kind(action) for action in stage.actions]
    suite = _counted(root, stage.name, kinds, stage.seconds or 0)
    for action, kind in zip(stage.actions, kinds, strict=True):
        case = SubElement(
            suite, "testcase", classname=_text(stage.name), name=_text(action.name), time=f"{action.seconds or 0:.3f}"
        )
        if kind:
            detail = SubElement(case, kind, message=_text(_message(action)))
            detail.text = _text("\n".join(_detail(action)))


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


def _detail(action: ActionRun) -> list[str]:
    verdict = action.verdict
    if verdict is None:
        return list(action.last_lines)
    findings = [f"{each.where}: {each.what}" + (f" → {each.fix}" if each.fix else "") for each in verdict.findings]
    return [*findings, f"see again: {verdict.see_again}"]


def _text(text: str) -> str:
    """Text without the characters that XML 1.0 has no place for."""
    return _NOT_XML.sub("\ufffd", text)
