"""The gate `workflow`: what runs on GitHub, by its rules, GitHub's own schemas and zizmor.

Its rules look at the tree and, where there is a base release, at what has changed since: that is where a floor is
lowered, or a job that had to pass is gone.
"""

from dataclasses import replace
from functools import partial
from pathlib import Path

from pipeline.gates import waivers
from pipeline.gates.context import Context
from pipeline.gates.evidence import Evidence, broken_of, warnings_of
from pipeline.gates.part import TOLD_ONLY, Job, Part, run_jobs
from pipeline.gates.tools import workflow_schema, zizmor
from pipeline.gates.waivers import Waiver
from pipeline.gates.workflow.promised import PLAN, read_promised
from pipeline.gates.workflow.rule import Look, Rule
from pipeline.gates.workflow.rules import RULES
from pipeline.gates.workflow.tree import Tree, read_tree
from pipeline.record.counting import counted, plural
from pipeline.record.verdict import Finding

OWN = "workflow"
"""How waivers name the gate's own rules."""
TOOLS = ("workflow schema", "zizmor")
NO_BASE = "no base release to compare with: rules about what has changed had nothing to look at"


def gather(context: Context) -> Evidence:
    """Ask the rules and the two tools. Measures `findings`, and `rules`: how many were asked."""
    known = tuple(one for one in waivers.read(context.root) if one.tool in (OWN, *TOOLS))

    def spared(job: Job) -> Job:
        return lambda given: waivers.spare(job(given), known, context.today)

    jobs = ((OWN, partial(_rules, RULES)), ("workflow schema", workflow_schema.check), ("zizmor", zizmor.check))
    parts = run_jobs(context, [(name, spared(job)) for name, job in jobs])
    return evidence(parts, waivers.wrong(parts, lasting(known), context.today))


def evidence(parts: tuple[Part, ...], wrong: tuple[Finding, ...], rules: int = len(RULES)) -> Evidence:
    """The parts as one. What counts as checked is what the rules looked at: jobs and steps."""
    found = [*(finding for part in parts for finding in part.findings), *wrong]
    refusing = tuple(one for one in found if one.severity not in TOLD_ONLY)
    told = tuple(one for one in found if one.severity in TOLD_ONLY)
    own = next(part for part in parts if part.tool == OWN)
    others = (f"{counted(part.checked, part.what)} by {part.tool}" for part in parts if part.tool != OWN)
    looked = ", ".join((f"{plural(rules, 'rule')} over {counted(own.checked, own.what)}", *others))
    return Evidence(
        summary=f"{len(refusing)} found, {looked}",
        checked=own.checked,
        checked_what=own.what,
        measured={"findings": len(refusing), "rules": rules},
        findings=refusing,
        warnings=(*told, *warnings_of(parts)),
        broken=broken_of(parts),
        parts=parts,
    )


def lasting(known: tuple[Waiver, ...]) -> tuple[Waiver, ...]:
    """The waivers that must still be needed. One of a change is needed once: after its release only its day ends it."""
    once = {rule.id for rule in RULES if rule.against_base}
    return tuple(replace(one, where=()) if one.rule in once else one for one in known)


def _rules(rules: tuple[Rule, ...], context: Context) -> Part:
    now = read_tree(context.root, read_promised(context.root) if (context.root / PLAN).is_file() else None)
    base = base_of(context.base)
    look = Look(now, base, context.today)
    findings = tuple(finding for rule in rules for finding in rule.findings(look))
    notes = () if base else (Finding(OWN, NO_BASE, severity="note"),)
    jobs = sum(1 for _ in now.jobs())
    return Part(OWN, jobs + sum(1 for _ in now.steps()), "jobs and steps", findings, notes)


def base_of(folder: Path | None) -> Tree | None:
    """The base release's tree: its source lies in `source` beside its `cdk.out`, or in the folder itself.

    None where there is no base, or only its assembly was kept.
    """
    if folder is None:
        return None
    root = folder / "source" if (folder / "source").is_dir() else folder
    if not (root / "pyproject.toml").is_file():
        return None
    return read_tree(root, read_promised(root) if (root / PLAN).is_file() else None)
