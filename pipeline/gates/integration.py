"""The gate `integration`: does the deployed stage keep its customers apart and its books right?

The tests stand in `tests/integration`. They make their own users and delete them, so they never run in prod.
"""

from pipeline.gates.context import Context
from pipeline.gates.evidence import Evidence
from pipeline.gates.live_tests import gather_tests
from pipeline.gates.stage import refuse_prod, require_stage


def gather(context: Context) -> Evidence:
    """Run the tests against the stage. Measures `failed`."""
    refuse_prod(context)
    require_stage(context)
    return gather_tests(context, "tests/integration")
