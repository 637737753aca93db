"""The gate `selftest`: do the tools that rehearse, judge, report and test do what they say?

They are not delivered, so the pipeline does not ask this of every release; `scripts/test` does, of every change.
"""

from pipeline.gates.context import Context
from pipeline.gates.evidence import Evidence
from pipeline.gates.suite import Suite, gather_suite

TOOLS = Suite(
    quick=(
        "tests/unit/pipeline/record",
        "tests/unit/pipeline/rehearsal",
        "tests/unit/pipeline/gates",
        "tests/unit/pipeline/judge",
        "tests/unit/pipeline/mutation",
        "tests/unit/pipeline/test_bench.py",
        "tests/unit/pipeline/test_can_i_deploy.py",
        "tests/unit/pipeline/test_check.py",
        "tests/unit/pipeline/test_cli.py",
        "tests/unit/pipeline/test_compared.py",
        "tests/unit/pipeline/test_doctor.py",
        "tests/unit/pipeline/test_explain.py",
        "tests/unit/pipeline/test_fix.py",
        "tests/unit/pipeline/test_rehearse.py",
        "tests/unit/pipeline/test_release_record.py",
        "tests/unit/pipeline/test_replay.py",
        "tests/unit/pipeline/test_setup.py",
        "tests/unit/pipeline/test_synthesis.py",
        "tests/unit/pipeline/test_up.py",
        "tests/unit/pipeline/test_usage.py",
        "tests/unit/bench",
        "tests/unit/contract",
        "tests/unit/fuzz",
        "tests/unit/load",
        "tests/unit/smoke",
        "tests/unit/support",
        "tests/report",
        "tests/mutation",
    ),
    slow=("tests/rehearsal",),
    covers=(
        "pipeline/record",
        "pipeline/report",
        "pipeline/rehearsal",
        "pipeline/gates",
        "pipeline/judge",
        "pipeline/mutation",
        "pipeline.cli",  # single modules go by name, folders by path
        "pipeline.can_i_deploy",
        "pipeline.check",
        "pipeline.compared",
        "pipeline.rehearse",
        "pipeline.release_record",
        "pipeline.replay",
        "pipeline.doctor",
        "pipeline.explain",
        "pipeline.signals",
        "pipeline.synthesis",
        "pipeline.up",
        "pipeline.usage",
    ),
)


def gather(context: Context) -> Evidence:
    """Run the tools' own tests. Measures `failed` and `lines` (percent of their statements)."""
    return gather_suite(context, TOOLS)
