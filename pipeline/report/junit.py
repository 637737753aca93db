"""A run as JUnit XML: a test suite per stage, a test case per action.

Refused is a failure, broke and interrupted are errors, not reached is skipped; so every tool that reads JUnit tells the
change's fault from ours.
"""

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring  # we write XML, we parse none

from pipeline.record.run import ActionRun, Run, StageRun
from pipeline.record.verdict import Outcome

_ELEMENTS = {
    Outcome.REFUSED: "failure",
    Outcome.BROKE: "error",
    Outcome.UNREADABLE: "error",
    Outcome.INTERRUPTED: "error",
    Outcome.NOT_REACHED: "skipped",
}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(run: Run) -> str:
    """The whole run as one XML document."""
    root = Element("testsuites", name=_text(run.started.product), time=f"{run.ended:.3f}")
    for stage in run.stages:
        _suite(root, stage)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, stage: StageRun) -> None:
    counts = {name: str(sum(1 for a in stage.actions if _kind(a) == name)) for name in ("failure", "error", "skipped")}
    suite = SubElement(
        root,
        "testsuite",
        name=_text(stage.name),
        tests=str(len(stage.actions)),
        failures=counts["failure"],
        errors=counts["error"],
        skipped=counts["skipped"],
        time=f"{stage.seconds or 0:.3f}",
    )
    for action in stage.actions:
        case = SubElement(
            suite, "testcase", classname=_text(stage.name), name=_text(action.name), time=f"{action.seconds or 0:.3f}"
        )
        if kind := _kind(action):
            detail = SubElement(case, kind, message=_text(action.reason or action.summary or str(action.outcome)))
            detail.text = _text("\n".join(_detail(action)))


def _kind(action: ActionRun) -> str | None:
    if action.outcome is None:
        return "error"
    return _ELEMENTS.get(action.outcome)


def _detail(action: ActionRun) -> list[str]:
    verdict = action.verdict
    if verdict is None:
        return list(action.last_lines)
    findings = [f"{each.where}: {each.what}" + (f" → {each.fix}" if each.fix else "") for each in verdict.findings]
    return [*findings, f"see again: {verdict.see_again}"]


def _text(text: str) -> str:
    """Text without the characters that XML 1.0 has no place for."""
    return _NOT_XML.sub("\ufffd", text)
