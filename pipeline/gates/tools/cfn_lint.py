"""cfn-lint: templates against CloudFormation's own schemas, with what is about to end (runtimes, W2531).

It says what it found and not what it looked at. A template that it can't parse is an error of its own (E0000); and a
decoy beside the templates shows that it found anything at all.
"""

import json
import os
from pathlib import Path, PurePath

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.part import Part
from pipeline.gates.tool import run_tool
from pipeline.gates.tools.remembered import scanned
from pipeline.gates.tools.templates import resources_in, templates_of
from pipeline.record.verdict import Finding

# A sum of 2 (errors), 4 (warnings) and 8 (informational); 1 and 32 are its own failures.
FINISHED = tuple(range(0, 16, 2))
ASKED_BY = ("pipeline/gates/tools/cfn_lint.py",)
"""What it is asked stands here: another way of asking is another answer."""
DECOY = "decoy-that-must-be-found.template.json"
LEVELS = {"Error": "high", "Warning": "high", "Informational": "low"}


@dataclass(frozen=True)
class _Place:
    Path: list[str | int] | None


@dataclass(frozen=True)
class _Rule:
    Id: str


@dataclass(frozen=True)
class _Told:
    Filename: str
    Level: str
    Location: _Place
    Message: str
    Rule: _Rule


_TOLD = TypeAdapter(list[_Told])


def check(context: Context) -> Part:
    """Every template; `checked` counts resources."""
    templates = templates_of(context)
    resources = resources_in(templates)
    if not resources:
        return Part("cfn-lint", 0, "resources")
    found, known = scanned(context, "cfn-lint", templates, lambda paths: _scan(context, paths), findings_in, ASKED_BY)
    return Part("cfn-lint", resources, "resources", found, known)


def _scan(context: Context, templates: tuple[Path, ...]) -> str:
    decoy = Path(os.path.commonpath([path.parent for path in templates]), DECOY)
    decoy.write_text(json.dumps(decoy_template()))
    return run_tool(context, "cfn-lint", ["--format", "json", str(decoy), *map(str, templates)], accept=FINISHED).out


def decoy_template() -> dict[str, object]:
    """A template with a property that its resource does not have."""
    return {"Resources": {"Decoy": {"Type": "AWS::SNS::Topic", "Properties": {"NoSuchProperty": "x"}}}}


def findings_in(text: str) -> tuple[Finding, ...]:
    """cfn-lint's JSON as findings, each at a path inside a template, without the decoy; GateBroke if it missed that."""
    try:
        told = _TOLD.validate_json(text or "[]")
    except ValidationError as problem:
        raise GateBroke(f"cfn-lint's output can't be read: {problem.errors()[0]['msg']}") from problem
    if not any(PurePath(one.Filename).name == DECOY for one in told):
        raise GateBroke("the planted decoy was not found: cfn-lint sees nothing")
    return tuple(
        Finding(
            f"{PurePath(one.Filename).name}:{'/'.join(map(str, one.Location.Path or ()))}",
            f"{one.Rule.Id} {one.Message}",
            "",
            LEVELS.get(one.Level, "high"),
        )
        for one in told
        if PurePath(one.Filename).name != DECOY
    )
