"""The CDK entry: from the plan to `cdk.out`, on any machine, without an account, a lookup or a network.

`python -m pipeline.app` and the `cdk` command line make the same bytes: the context of cdk.json is read here, and what
the command line would add to the templates (construct paths, asset metadata, analytics) is off in both.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

FIXED_CONTEXT = {
    "aws:cdk:enable-path-metadata": False,
    "aws:cdk:enable-asset-metadata": False,
    "aws:cdk:version-reporting": False,
    "aws:cdk:disable-stack-trace": True,
}
"""Stands over what the `cdk` command line passes, so that it changes nothing."""


def synth(outdir: Path, validate: bool = True, home: Path | None = None) -> None:
    """Write the assembly of the plan into `outdir`.

    `validate` runs CDK's own validator and cdk-nag, which takes seconds; findings of cdk-nag raise. It must be decided
    before the first synthesis of a process, since the CDK reads it once. `home` keeps finished Lambda bundles (by
    default that of the environment).
    """
    if not validate:
        os.environ["CDK_VALIDATION"] = "false"
    from pipeline.cloud.assembly import assemble  # aws_cdk starts Node: only when asked to synthesize

    assemble(outdir, home or bundle_home(os.environ), context(), validate)


def context() -> dict[str, object]:
    """The context that decides the templates: cdk.json's, and what stands over it."""
    return {**json.loads((ROOT / "cdk.json").read_text())["context"], **FIXED_CONTEXT}


def bundle_home(environment: Mapping[str, str]) -> Path:
    """Where finished bundles are kept between syntheses: $SLIPWAY_HOME, or ~/.cache/slipway."""
    return Path(environment.get("SLIPWAY_HOME") or Path.home() / ".cache/slipway")


def default_outdir(environment: Mapping[str, str]) -> Path:
    """Where the assembly goes if nobody says: $CDK_OUTDIR as the `cdk` command line sets it, or cdk.out."""
    return Path(environment.get("CDK_OUTDIR") or "cdk.out")


def main() -> None:
    """Synthesize as the environment says (CDK_OUTDIR, CDK_VALIDATION)."""
    synth(default_outdir(os.environ), validate=os.environ.get("CDK_VALIDATION") != "false")


if __name__ == "__main__":
    main()
