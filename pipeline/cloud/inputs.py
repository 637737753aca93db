"""What the templates are made from besides the plan: the promised routes and the finished zips."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.cloud import bundle
from pipeline.cloud.openapi import Operation, read_operations


@dataclass(frozen=True)
class Inputs:
    """The operations of the contract, and the bundles that its functions and the traffic hooks run."""

    operations: tuple[Operation, ...]
    bundles: bundle.Bundles


def read_inputs(root: Path, home: Path) -> Inputs:
    """The inputs of the checkout at `root`; zips are kept below `home`."""
    return Inputs(
        operations=read_operations((root / "contracts/openapi.yaml").read_text()), bundles=bundle.build(root, home)
    )
