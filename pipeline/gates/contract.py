"""The gate `contract`: do we still keep what consumers rely on and what earlier releases promised?

Four looks: the consumers' tests write their pacts again (byte for byte the kept ones) and the API is verified against
them over HTTP and by message; the OpenAPI document and the event schemas are compared with those of the base release;
and the routes in the code, in the OpenAPI document and in the templates are the same.
"""

from dataclasses import replace
from xml.etree import ElementTree as ET

from pipeline.gates import breaking, routes
from pipeline.gates.context import Context
from pipeline.gates.evidence import Evidence, broken_of, findings_of, warnings_of
from pipeline.gates.part import Part, run_jobs
from pipeline.gates.pytest_runs import as_part, files_of_tests, run_tests
from pipeline.record.counting import plural

TESTS = "tests/contract"
VERIFIED = "verified interactions"
"""The property by which a provider test says how many interactions it verified."""


def gather(context: Context) -> Evidence:
    """Run the pacts and compare the promises. Measures `failed`, `skipped` and `breaking`."""
    jobs = (
        ("pacts", _pacts),
        ("openapi", breaking.check_openapi),
        ("events", breaking.check_events),
        ("routes", routes.check),
    )
    return evidence(*run_jobs(context, jobs))


def evidence(pacts: Part, openapi: Part, events: Part, same: Part) -> Evidence:
    """The four looks as one; `same` is that at the routes."""
    parts = (pacts, openapi, events, same)
    broken_promises = len(openapi.findings) + len(events.findings)
    told = [f"{plural(pacts.checked, 'interaction')} verified"]
    told += [f"{len(pacts.findings)} failed"] if pacts.findings else []
    told += [
        f"{plural(len(same.findings), 'route')} astray" if same.findings else f"{plural(same.checked, 'route')} alike"
    ]
    if openapi.idle:
        told.append(openapi.idle)
    else:
        compared = f"{plural(openapi.checked, 'operation')} and {plural(events.checked, 'event')} compared"
        told.append(f"{compared}, {broken_promises} breaking")
    return Evidence(
        summary=", ".join(told),
        checked=pacts.checked,
        checked_what="interactions",
        measured={
            "failed": len(pacts.findings) + len(same.findings),
            "skipped": pacts.skipped,
            "breaking": broken_promises,
        },
        findings=findings_of(parts),
        warnings=warnings_of(parts),
        broken=broken_of(parts),
        parts=parts,
    )


def _pacts(context: Context) -> Part:
    there = files_of_tests(context.root, [TESTS])
    if not there:
        return Part("pacts", 0, "interactions")
    tests = run_tests(context, "pacts", there)
    report = context.out / "pacts.junit.xml"
    verified = verified_in(report.read_text()) if report.exists() else 0  # where nothing could be loaded
    return replace(as_part("pacts", tests), checked=verified, what="interactions")


def verified_in(junit: str) -> int:
    """How many interactions the provider tests say they verified."""
    found = ET.fromstring(junit).iter("property")  # noqa: S314 - our own child wrote it
    return sum(int(one.get("value", "0")) for one in found if one.get("name") == VERIFIED)
