"""What a tree's plan demands of its gates: floors and limits, read from the plan by a Python of its own.

The plan of the base release is another module of the same name, so each tree's is asked in a process that sees that
tree alone. It needs nothing but the standard library (`pipeline.plan` has no other imports).
"""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pipeline.gates.context import GateBroke

PLAN = "pipeline/plan/delivery.py"
SECONDS = 60
_ASK = """
import json, sys
sys.path.insert(0, sys.argv[1])
from pipeline.plan.delivery import DELIVERY
def told(gate):
    limits = {one.measure: (one.at_least, one.at_most) for one in gate.limits}
    return {"checked_at_least": gate.checked_at_least, "limits": limits}
asked = [*DELIVERY.gates(), *(("scripts/test", gate) for gate in DELIVERY.own_gates)]
print(json.dumps({"gates": {f"{gate.name} in {where}": told(gate) for where, gate in asked}}))
"""


@dataclass(frozen=True)
class Demand:
    """How many things a gate must have looked at, and its limits: at least, at most (None: no limit on that side)."""

    checked_at_least: int
    limits: Mapping[str, tuple[float | None, float | None]]


@dataclass(frozen=True)
class Promised:
    """The demands on each gate, by gate and by who asks it (`integration in beta`)."""

    gates: Mapping[str, Demand]


_PROMISED = TypeAdapter(Promised)


def read_promised(root: Path) -> Promised:
    """What the plan of the source in `root` demands; GateBroke if it has none that can be read."""
    command = [sys.executable, "-I", "-B", "-c", _ASK, str(root)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise GateBroke(f"{root / PLAN} could not be asked what it demands: {problem}") from problem
    if done.returncode:
        raise GateBroke(f"{root / PLAN} does not say what it demands of its gates:\n{done.stderr[-1_000:]}")
    try:
        return _PROMISED.validate_json(done.stdout)
    except ValidationError as problem:
        raise GateBroke(f"what {root / PLAN} demands can't be read: {problem.errors()[0]['msg']}") from problem
