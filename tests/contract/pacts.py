"""Where pacts are kept, and how a freshly written one is held against the kept one."""

import json
import os
from pathlib import Path
from typing import Any

PACTS = Path(__file__).parents[2] / "contracts" / "pacts"
ACCEPT = "SLIPWAY_ACCEPT_PACTS"


def keep_or_compare(written: Path) -> None:
    """Fail unless the kept pact has the same bytes; with SLIPWAY_ACCEPT_PACTS=1 keep the new one instead."""
    kept = PACTS / written.name
    if os.environ.get(ACCEPT) == "1":
        kept.write_bytes(written.read_bytes())
    assert kept.exists(), f"{kept.name} is not kept; run this test again with {ACCEPT}=1 and commit the file"
    assert kept.read_bytes() == written.read_bytes(), (
        f"the consumer's test and contracts/pacts/{kept.name} disagree; if the change is meant, run this test again "
        f"with {ACCEPT}=1 and commit the file"
    )


def interactions(pact: Path) -> list[dict[str, Any]]:
    """The interactions of a pact file."""
    found: list[dict[str, Any]] = json.loads(pact.read_text())["interactions"]
    return found
