"""The gate `workflow`: what runs on GitHub, by its rules, GitHub's own schemas and zizmor.

Its rules look at the tree and, where there is a base release, at what has changed since: that is where a floor is
lowered, or a job that had to pass is gone. What they find may be waived, by a waiver that was released before.
"""

from dataclasses import replace
from functools import partial
from pathlib import Path

from pipeline.gates import waivers
from pipeline.gates.context import Context
from pipeline.gates.evidence import Evidence, broken_of, warnings_of
from pipeline.gates.part import TOLD_ONLY, Job, Part, run_jobs
from pipeline.gates.tools import workflow_schema, zizmor
from pipeline.gates.workflow.promised import PLAN, read_promised
from pipeline.gates.workflow.rule import Look
from pipeline.gates.workflow.rules import RULES
from pipeline.gates.workflow.tree import Tree, read_tree
from pipeline.plan.waivers import Waiver
from pipeline.record.counting import counted, plural
from pipeline.record.verdict import Finding

OWN = "workflow"
"""How waivers name the gate's own rules."""
TOOLS = ("workflow schema", "zizmor")
NO_BASE = "no base release to compare with: rules about what has changed had nothing to look at"


def gather(context: Context) -> Evidence:
    """Ask the rules and the two tools. Measures `findings`, and `rules`: how many were asked."""
    look = _look(context)
    known = tuple(one for one in waivers.read(context.root) if one.tool in (OWN, *TOOLS))
    own, others = (tuple(one for one in known if (one.tool == OWN) is mine) for mine in (True, False))
    valid = (*others, *waivers.released(own, context.base))

    def spared(job: Job) -> Job:
        return lambda given: waivers.spare(job(given), valid, context.today)

    jobs = ((OWN, partial(_asked, look)), ("workflow schema", workflow_schema.check), ("zizmor", zizmor.check))
    parts = run_jobs(context, [(name, spared(job)) for name, job in jobs])
    wrong = (*waivers.wrong(parts, lasting(known), context.today), *waivers.loose(known, context.today))
    return evidence(parts, wrong)


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
    """The waivers that must still be needed. One of our own comes before what it is for, and only its day ends it."""
    return tuple(replace(one, where=()) if one.tool == OWN else one for one in known)


def _look(context: Context) -> Look:
    promised = read_promised(context.root) if (context.root / PLAN).is_file() else None
    return Look(read_tree(context.root, promised), base_of(context.base), context.today)


def _asked(look: Look, _: Context) -> Part:
    findings = tuple(finding for rule in RULES for finding in rule.findings(look))
    notes = () if look.base else (Finding(OWN, NO_BASE, severity="note"),)
    looked_at = sum(1 for _ in look.now.jobs()) + sum(1 for _ in look.now.steps())
    return Part(OWN, looked_at, "jobs and steps", findings, notes)


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
