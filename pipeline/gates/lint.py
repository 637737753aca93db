"""The gate `lint`: is the source well-formed, typed, layered, and does it read as it runs?"""

from pipeline.gates.context import Context
from pipeline.gates.evidence import Evidence, broken_of, findings_of, warnings_of
from pipeline.gates.part import Part, run_jobs
from pipeline.gates.tools import bidi, import_linter, mypy, ruff, shellcheck
from pipeline.record.counting import counted, plural

# Mypy is the longest: it starts first.
JOBS = (
    ("mypy", mypy.check),
    ("ruff", ruff.check),
    ("ruff format", ruff.layout),
    ("import-linter", import_linter.check),
    ("shellcheck", shellcheck.check),
    ("bidi", bidi.check),
)


def gather(context: Context) -> Evidence:
    """Everything the six tools say. Measures `findings`."""
    return evidence(run_jobs(context, JOBS))


def evidence(parts: tuple[Part, ...]) -> Evidence:
    """The parts as one. What counts as checked is the least that any of the tools which read Python files looked at."""
    findings = findings_of(parts)
    files = min((part.checked for part in parts if part.what == "files"), default=0)
    others = (counted(part.checked, part.what) for part in parts if part.what != "files")
    return Evidence(
        summary=f"{len(findings):,} found, {', '.join((plural(files, 'file'), *others))} checked",
        checked=files,
        checked_what="files",
        measured={"findings": len(findings)},
        findings=findings,
        warnings=warnings_of(parts),
        broken=broken_of(parts),
        parts=parts,
    )
