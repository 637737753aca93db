"""A folder of pytest tests against a deployed stage, as the evidence of a gate."""

from pipeline.gates.context import Context
from pipeline.gates.evidence import Evidence, broken_of, findings_of, warnings_of
from pipeline.gates.part import Part, run_jobs
from pipeline.gates.pytest_runs import as_part, files_of_tests, run_tests


def gather_tests(context: Context, folder: str) -> Evidence:
    """Run the tests in `folder`, each in its own order, one after the other. Measures `failed` and `skipped`."""
    (part,) = run_jobs(context, [(folder, lambda given: _tests(given, folder))])
    return evidence(part)


def _tests(context: Context, folder: str) -> Part:
    name = context.gate.name
    there = files_of_tests(context.root, [folder])
    return as_part(name, run_tests(context, name, there)) if there else Part(name, 0, "tests")


def evidence(part: Part) -> Evidence:
    """The counts of one run of tests."""
    failed = len(part.findings)
    told = [f"{part.checked - failed:,} passed"] + ([f"{failed:,} failed"] if failed else [])
    return Evidence(
        summary=", ".join(told),
        checked=part.checked,
        checked_what="tests",
        measured={"failed": failed, "skipped": part.skipped},
        findings=findings_of([part]),
        warnings=warnings_of([part]),
        broken=broken_of([part]),
        parts=(part,),
    )
