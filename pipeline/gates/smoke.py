"""The gate `smoke`: does prod answer, as promised, to what anybody may ask?

The tests stand in `tests/smoke`. They read and never write, and make no users.
"""

from pipeline.gates.context import Context
from pipeline.gates.evidence import Evidence
from pipeline.gates.live_tests import gather_tests
from pipeline.gates.stage import require_stage


def gather(context: Context) -> Evidence:
    """Run the tests against the stage. Measures `failed`."""
    require_stage(context, users=False)
    return gather_tests(context, "tests/smoke")
