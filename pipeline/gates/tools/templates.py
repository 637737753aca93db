"""The CloudFormation templates of an assembly, and how much is in them."""

import json
from pathlib import Path

from pipeline.gates.context import Context, GateBroke

MANIFEST = "manifest.json"


def templates_of(context: Context) -> tuple[Path, ...]:
    """Every template of the assembly, of all its stages; GateBroke if there is no assembly.

    One without any template is the change's own doing: it synthesizes to nothing.
    """
    found = tuple(sorted(context.assembly.rglob("*.template.json")))
    if not found and not (context.assembly / MANIFEST).is_file():
        where = context.assembly
        raise GateBroke(f"no template in {where}: synthesize first (scripts/slipway synth), or set SLIPWAY_ASSEMBLY")
    return found


def resources_in(templates: tuple[Path, ...]) -> int:
    """How many resources the templates hold."""
    return sum(len(json.loads(path.read_text()).get("Resources", {})) for path in templates)
