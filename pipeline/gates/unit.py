"""The gate `unit`: does what is delivered do what it says, and how much of its code do the tests reach?

What is delivered is the API with what operators do to it, the traffic hooks, and the templates made of the plan. The
tests of what has changed run first, then the pure ones, so that a broken one is refused in seconds. Those that start
the local AWS or synthesize only follow when these are green.
"""

from dataclasses import replace

from pipeline.gates.context import Context
from pipeline.gates.evidence import Evidence
from pipeline.gates.suite import Suite, gather_suite
from pipeline.record.verdict import Finding

NOT_COMPARED = Finding(
    "tests/unit/api/compatibility",
    "not compared: there is no base release (SLIPWAY_BASE), so this release was held against itself",
    severity="note",
)

JUDGING = (
    *(f"tests/unit/pipeline/gates/test_{name}.py" for name in ("judge", "nothing_checked", "part", "passes", "run")),
    "tests/unit/pipeline/test_setup.py",
)
"""What every gate's verdict rests on. `selftest` asks it, too, but of no release: there it would be asked of nobody."""

JUDGE = tuple(
    f"tests/unit/pipeline/judge/test_{name}.py"
    for name in ("clustering", "evidence", "health", "judging", "observed", "policy", "sequential")
)
"""What the hooks judge rollouts with. `selftest` asks it, too, beside others' judges and what a judge can see."""

DELIVERED = Suite(
    quick=(
        "tests/unit/api",
        "tests/unit/pipeline/operations",
        "tests/unit/pipeline/hooks",
        "tests/unit/pipeline/plan",
        *JUDGE,
        *JUDGING,
    ),
    slow=(
        "tests/unit/pipeline/cloud",
        "tests/synth",
        "tests/requirements",
    ),
    covers=("api", "pipeline/operations", "pipeline/plan", "pipeline/cloud", "pipeline/hooks"),
    workers=1,  # with two it takes as long and costs twice as much
)


def gather(context: Context) -> Evidence:
    """Run the tests of what is delivered. Measures `failed`, `skipped` and `lines` (percent of its statements).

    Some of them hold it against the base release, whose folder they find in SLIPWAY_BASE.
    """
    evidence = gather_suite(context, DELIVERED)
    return evidence if context.base is not None else replace(evidence, warnings=(*evidence.warnings, NOT_COMPARED))
