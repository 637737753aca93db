"""The gate `lint`: is the source well-formed, typed, layered, and does it read as it runs?"""

from pipeline.gates.context import Context
from pipeline.gates.evidence import Evidence, broken_of, findings_of, warnings_of
from pipeline.gates.part import run_jobs
from pipeline.gates.tools import bidi, import_linter, mypy, ruff, shellcheck

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
    parts = run_jobs(context, JOBS)
    findings = findings_of(parts)
    checked = sum(part.checked for part in parts)
    return Evidence(
        summary=f"{len(findings):,} found; " + ", ".join(f"{part.tool} {part.checked:,}" for part in parts),
        checked=checked,
        checked_what="files, contracts and scripts",
        measured={"findings": len(findings)},
        findings=findings,
        warnings=warnings_of(parts),
        broken=broken_of(parts),
        parts=parts,
    )
