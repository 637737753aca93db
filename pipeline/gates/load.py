"""The gate `load`: does the deployed stage answer soon enough, and without failing, while people shop there?

`tests/load` knows how: it makes people and products, and has locust shop. A gate loads for half a minute;
`LOAD_SECONDS` and `LOAD_USERS` ask for more (`scripts/load --soak`). What is answered how fast depends on the machine
or account that the stage stands on, so the limits stand in the plan with room for a laptop.
"""

import sys
from pathlib import Path

from pipeline.gates.context import Context, GateBroke, GateUsage
from pipeline.gates.evidence import Evidence, broken_of, findings_of
from pipeline.gates.load_report import Load, read_load
from pipeline.gates.part import Part, run_jobs
from pipeline.gates.stage import refuse_prod, require_stage
from pipeline.gates.tool import run_tool
from pipeline.record.counting import plural

PYTHON = Path(sys.executable).name
TESTS = ("tests/load/run.py", "tests/load/locustfile.py")
REPORT = "locust.json"
SECONDS, DEFAULT_SECONDS = "LOAD_SECONDS", 32.0
"""Two seconds more than the limit asks for: from the first request to the last is less than what locust runs."""
USERS, DEFAULT_USERS = "LOAD_USERS", 4.0
AROUND_SECONDS = 240.0
"""What making people and products may take besides."""
PERCENTILES = (95, 99)


def gather(context: Context) -> Evidence:
    """Load the stage. Measures `errors` (percent), `p95`, `p99` (milliseconds) and `seconds`."""
    refuse_prod(context)
    require_stage(context)
    seconds, users = asked(context, SECONDS, DEFAULT_SECONDS), asked(context, USERS, DEFAULT_USERS)
    if gone := [name for name in TESTS if not (context.root / name).is_file()]:
        return _nothing(context, f"{gone[0]} is gone")
    loads: list[Load] = []
    (part,) = run_jobs(context, [("locust", lambda given: _run(given, seconds, round(users), loads))])
    if not loads:
        return Evidence("not run", 0, "requests", {}, broken=broken_of([part]))
    return evidence(part, loads[0])


def asked(context: Context, name: str, default: float) -> float:
    """The number that the environment asks for by `name`; GateUsage if it is none, or not above 0."""
    text = context.environ.get(name) or str(default)
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise GateUsage(f"{name} is {text!r}: give it a number above 0")
    return number


def _nothing(context: Context, why: str) -> Evidence:
    unmeasured = {limit.measure: why for limit in context.gate.limits}
    part = Part("locust", 0, "requests")
    return Evidence(f"0 requests, {why}", 0, "requests", {}, unmeasured=unmeasured, parts=(part,))


def _run(context: Context, seconds: float, users: int, loads: list[Load]) -> Part:
    report = context.out / REPORT
    report.unlink(missing_ok=True)
    run = run_tool(
        context,
        PYTHON,
        ["-m", "tests.load.run", str(report), str(seconds), str(users), str(context.seed)],
        accept=(0, 3),
        environ={"PYTHONPATH": str(context.root)},
        timeout=seconds + AROUND_SECONDS,
        log="locust",
    )
    if run.code == 3 or not report.exists():
        raise GateBroke((run.err or run.out).strip()[-1_000:] or "locust left no report")
    load = read_load(report.read_text())
    loads.append(load)
    return Part("locust", load.requests, "requests", load.findings)


def evidence(part: Part, load: Load) -> Evidence:
    """What the run showed."""
    times = {f"p{percent}": load.percentile(percent) for percent in PERCENTILES}
    per_second = load.requests / load.seconds if load.seconds else 0.0
    told = [f"{plural(load.requests, 'request')} in {load.seconds:.0f} s ({per_second:.0f}/s)"]
    told += [f"{load.failed_percent:.1f} % failed", *(f"{name} {value:.0f} ms" for name, value in times.items())]
    return Evidence(
        summary=", ".join(told),
        checked=load.requests,
        checked_what="requests",
        measured={"errors": load.failed_percent, **times, "seconds": load.seconds},
        findings=findings_of([part]),
        broken=broken_of([part]),
        details=load.table,
        parts=(part,),
    )
