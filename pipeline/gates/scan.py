"""The gate `scan`: is there anything known to be dangerous in the templates or the source?"""

from collections.abc import Mapping

from pipeline.gates import waivers
from pipeline.gates.context import Context
from pipeline.gates.dependencies import cooldown
from pipeline.gates.evidence import Evidence, broken_of, warnings_of
from pipeline.gates.part import TOLD_ONLY, Job, Part, run_jobs
from pipeline.gates.tools import (
    audit,
    binaries,
    cfn_lint,
    characters,
    checkov,
    locks,
    materials,
    nag,
    secrets,
    settings,
    silencers,
)
from pipeline.record.counting import counted, plural
from pipeline.record.verdict import NOT_RUN, Finding

# The slowest first, so that two at a time end together.
JOBS = (
    ("cdk-nag", nag.check),
    ("secrets", secrets.check),
    ("checkov", checkov.check),
    ("cfn-lint", cfn_lint.check),
    ("settings", settings.check),
    ("silencers", silencers.check),
    ("audit", audit.check),
    ("characters", characters.check),
    ("binaries", binaries.check),
    ("locks", locks.check),
    ("materials", materials.check),
)


def gather(context: Context) -> Evidence:
    """Everything the tools say, without what is waived.

    Measures `high`, and `release age`: the days that a release must be old, which `locks` asks of each.
    """
    known = waivers.read(context.root)

    def spared(job: Job) -> Job:  # as each tool ends, so that what is told of it is what counts
        return lambda given: waivers.spare(job(given), known, context.today)

    parts = run_jobs(context, [(name, spared(job)) for name, job in JOBS])
    wrong = (*waivers.wrong(parts, known, context.today), *waivers.loose(known, context.today))
    return evidence(parts, wrong, len(known))


def evidence(parts: tuple[Part, ...], wrong: tuple[Finding, ...], waivers_known: int) -> Evidence:
    """The parts as one. What is not high is told and refuses nothing.

    What counts as checked is the least that any of the tools which read templates looked at.
    """
    found = [finding for part in parts for finding in part.findings] + list(wrong)
    high = tuple(finding for finding in found if finding.severity not in TOLD_ONLY)
    low = tuple(finding for finding in found if finding.severity in TOLD_ONLY)
    waived = {part.tool: len(part.waived) for part in parts if part.waived}
    resources = min((part.checked for part in parts if part.what == "resources"), default=0)
    spared = [f"{sum(waived.values()):,} findings waived in {waivers.FILE}"] if waived else []
    others = (counted(part.checked, part.what) for part in parts if part.tool in ("secrets", "materials"))
    undone = [warning.where for warning in warnings_of(parts) if warning.severity == NOT_RUN]
    spared += [f"not run: {', '.join(undone)}"] if undone else []
    looked = ", ".join((plural(resources, "resource"), *others))
    return Evidence(
        summary=f"{len(high)} high, {len(low)} low, {'; '.join((f'{looked} checked', *spared))}",
        checked=resources,
        checked_what="resources",
        measured={"high": len(high), "release age": cooldown.DAYS},
        findings=high,
        warnings=low + warnings_of(parts),
        broken=broken_of(parts),
        details=_waived(waived, waivers_known),
        parts=parts,
    )


def _waived(by_tool: Mapping[str, int], waivers_known: int) -> str:
    """How many findings of which tool are waived, and by how many waivers in which file."""
    each = ", ".join(f"{tool} {count:,}" for tool, count in by_tool.items())
    told = f"{plural(sum(by_tool.values()), 'finding')} waived by {plural(waivers_known, 'waiver')} in {waivers.FILE}"
    return f"{told}: {each}" if each else told
