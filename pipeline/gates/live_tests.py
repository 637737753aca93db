"""A folder of pytest tests against a deployed stage, as the evidence of a gate."""

from pipeline.gates.context import Context
from pipeline.gates.evidence import Evidence, broken_of, findings_of, warnings_of
from pipeline.gates.part import Part, run_jobs
from pipeline.gates.pytest_runs import as_part, run_tests


def gather_tests(context: Context, folder: str) -> Evidence:
    """Run the tests in `folder`, each in its own order, one after the other. Measures `failed`."""
    name = context.gate.name
    (part,) = run_jobs(context, [(folder, lambda given: as_part(name, run_tests(given, name, [folder])))])
    return evidence(part)


def evidence(part: Part) -> Evidence:
    """The counts of one run of tests."""
    failed = len(part.findings)
    told = [f"{part.checked - failed:,} passed"] + ([f"{failed:,} failed"] if failed else [])
    return Evidence(
        summary=", ".join(told),
        checked=part.checked,
        checked_what="tests",
        measured={"failed": failed},
        findings=findings_of([part]),
        warnings=warnings_of([part]),
        broken=broken_of([part]),
        parts=(part,),
    )
