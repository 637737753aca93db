"""cdk-nag and the CDK's own validator, asked by `pipeline.cloud.checks` in a process of its own.

A process, because gates know nothing of the cloud: they read what it wrote. It takes as long as a synthesis, so it is
not done again for a change of nothing but the code that the functions ship.
"""

import sys
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.part import Part
from pipeline.gates.tool import run_tool
from pipeline.gates.tools.remembered import scanned
from pipeline.gates.tools.templates import resources_in, templates_of
from pipeline.record.verdict import Finding

PYTHON = Path(sys.executable).name
BUILT_FROM = (
    "pipeline/cloud",
    "pipeline/plan",
    "api/needs.py",
    "api/domain",
    "contracts/openapi.yaml",
    "cdk.json",
    "locks/development.txt",
)
"""What the app is built from, besides the code that it ships: a change of any of it has the app built again."""
HIGH = frozenset({"error", "fatal", "warning"})


@dataclass(frozen=True)
class _Found:
    rule: str
    where: str
    what: str
    severity: str


@dataclass(frozen=True)
class _Told:
    resources: int
    findings: list[_Found]


_TOLD = TypeAdapter(_Told)


def check(context: Context) -> Part:
    """The app, built again and compared with the assembly; `checked` counts resources."""
    templates = templates_of(context)
    resources = resources_in(templates)
    if not resources:
        return Part("cdk-nag", 0, "resources")
    part, known = scanned(
        context,
        "cdk-nag",
        templates,
        lambda _: _build_again(context),
        lambda said: _counted(said, resources),
        BUILT_FROM,
    )
    return replace(part, warnings=(*part.warnings, *known))


def _build_again(context: Context) -> str:
    """What the checks wrote; they look at the app itself, and not at copies of its templates."""
    output = context.out / "nag.json"
    output.unlink(missing_ok=True)
    argv = ["-m", "pipeline.cloud.checks", "--assembly", str(context.assembly), "--output", str(output)]
    run_tool(context, PYTHON, argv, accept=(0,), environ={"PYTHONPATH": str(context.root)}, log="nag")
    return output.read_text()


def _counted(text: str, expected: int) -> Part:
    """What the checks wrote, as a part; GateBroke if they left out resources, which is not remembered.

    Templates that differ from those in the assembly are findings, and may well have another number of resources.
    """
    part = part_of(text)
    differ = any(one.what.startswith("assembly: ") for one in part.findings)
    if not part.checked or (part.checked != expected and not differ):
        looked = f"{part.checked} of the" if part.checked else "none of the"
        raise GateBroke(f"cdk-nag looked at {looked} {expected} resources")
    return part


def part_of(text: str) -> Part:
    """What the checks wrote, as a part. A colon stands behind the rule, whose name may have spaces."""
    try:
        told = _TOLD.validate_json(text)
    except ValidationError as problem:
        raise GateBroke(f"what pipeline.cloud.checks wrote can't be read: {problem.errors()[0]['msg']}") from problem
    found = (Finding(one.where, f"{one.rule}: {one.what}", "", severity(one.severity)) for one in told.findings)
    return Part("cdk-nag", told.resources, "resources", tuple(found))


def severity(told: str) -> str:
    """Our word for how bad it is."""
    return "high" if told.lower() in HIGH else "low"
