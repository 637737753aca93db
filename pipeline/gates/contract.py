"""The gate `contract`: do we still keep what consumers rely on and what earlier releases promised?

Five looks: the consumers' tests write their pacts again (byte for byte the kept ones) and the API is verified against
them over HTTP and by message, and against those of every version that is live; the list of who is live says what is
true; the OpenAPI document and the event schemas are compared with those of the base release; and the routes in the
code, in the OpenAPI document and in the templates are the same.
"""

from collections.abc import Iterable

from pipeline.gates import breaking, routes
from pipeline.gates.context import Context
from pipeline.gates.evidence import Evidence, broken_of, findings_of, warnings_of
from pipeline.gates.pacts import listed
from pipeline.gates.pacts.matrix import Row, render
from pipeline.gates.pacts.verification import verify
from pipeline.gates.part import Part, run_jobs
from pipeline.record.counting import plural


def gather(context: Context) -> Evidence:
    """Run the pacts and compare the promises. Measures `failed`, `skipped` and `breaking`."""
    rows: list[Row] = []

    def pacts(context: Context) -> Part:
        verification = verify(context)
        rows.extend(verification.rows)
        return verification.part

    jobs = (
        ("pacts", pacts),
        ("consumers", listed.check),
        ("openapi", breaking.check_openapi),
        ("events", breaking.check_events),
        ("routes", routes.check),
    )
    return evidence(*run_jobs(context, jobs), rows=rows)


def evidence(pacts: Part, consumers: Part, openapi: Part, events: Part, same: Part, *, rows: Iterable[Row]) -> Evidence:
    """The five looks as one; `same` is that at the routes, and `rows` are the matrix of what was verified."""
    parts = (pacts, consumers, openapi, events, same)
    failed = len(pacts.findings) + len(consumers.findings)
    broken_promises = len(openapi.findings) + len(events.findings)
    told = [f"{plural(pacts.checked, 'interaction')} verified"]
    told += [f"{failed} failed"] if failed else []
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
            "failed": failed + len(same.findings),
            "skipped": pacts.skipped,
            "breaking": broken_promises,
        },
        findings=findings_of(parts),
        warnings=warnings_of(parts),
        broken=broken_of(parts),
        details=render(rows),
        parts=parts,
    )
