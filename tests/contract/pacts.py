"""Where pacts are kept, and how a freshly written one is held against the kept one.

A test tells the gate `contract` by a property what it did; a pact of which no test tells refuses the change.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.gates.pacts.needs import FETCHED, to_keep
from pipeline.gates.pacts.pact import read_pact
from pipeline.gates.pacts.verification import WRITTEN

ROOT = Path(__file__).parents[2]
PACTS = ROOT / "contracts" / "pacts"
ACCEPT = "SLIPWAY_ACCEPT_PACTS"

type Record = Callable[[str, object], None]
"""Pytest's `record_property`."""


def keep_or_compare(written: Path, record_property: Record) -> None:
    """Fail unless the kept pact has the same bytes; with SLIPWAY_ACCEPT_PACTS=1 keep the new one instead."""
    kept = PACTS / written.name
    if os.environ.get(ACCEPT) == "1":
        kept.write_bytes(written.read_bytes())
    assert kept.exists(), f"{kept.name} is not kept; run this test again with {ACCEPT}=1 and commit the file"
    assert kept.read_bytes() == written.read_bytes(), (
        f"the consumer's test and contracts/pacts/{kept.name} disagree; if the change is meant, run this test again "
        f"with {ACCEPT}=1 and commit the file"
    )
    record_property(WRITTEN, digest(kept))


def digest(pact: Path) -> str:
    """What a pact file is known by."""
    return read_pact(pact, pact.parent).digest


def interactions(pact: Path) -> list[dict[str, Any]]:
    """The interactions of a pact file."""
    found: list[dict[str, Any]] = json.loads(pact.read_text())["interactions"]
    return found


def relied_on(provider: str) -> list[Path]:
    """The pacts with `provider`, each content once: of this source, and of every version that is live beside it."""
    base, fetched = (Path(named) if (named := os.environ.get(name)) else None for name in ("SLIPWAY_BASE", FETCHED))
    return [need.pact.path for need in to_keep(ROOT, base, fetched) if need.pact.provider == provider]
