"""The CDK entry: from the plan to `cdk.out`, on any machine, without an account, a lookup or a network.

`python -m pipeline.app` and the `cdk` command line make the same bytes: the context of cdk.json is read here, and what
the command line would add to the templates (construct paths, asset metadata, analytics) is off in both.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from pipeline.cloud.settings import bundle_home, context
from pipeline.cloud.uncollected import uncollected


def synth(outdir: Path, validate: bool = False, home: Path | None = None) -> None:
    """Write the assembly of the plan into `outdir`.

    With `validate`, the CDK's own validator and cdk-nag look at it on the way and anything they find raises
    InvalidAssembly; without, synthesis takes half the time, and the gate `scan` asks both (`pipeline.cloud.checks`). It
    must be the same for all of a process, since the CDK reads it when it starts. `home` keeps finished Lambda bundles
    (by default as the environment says).
    """
    os.environ["CDK_VALIDATION"] = "true" if validate else "false"
    home = home or bundle_home(os.environ)
    with uncollected():
        from pipeline.cloud import assembly  # aws_cdk starts Node: only when asked to synthesize

        if validate:
            assembly.validate(outdir, home, context()).raise_if_open()
        else:
            assembly.assemble(outdir, home, context())


def default_outdir(environment: Mapping[str, str]) -> Path:
    """Where the assembly goes if nobody says: $CDK_OUTDIR as the `cdk` command line sets it, or cdk.out."""
    return Path(environment.get("CDK_OUTDIR") or "cdk.out")


def main() -> None:
    """Synthesize as the environment says: CDK_OUTDIR, and CDK_VALIDATION if it is `true`."""
    synth(default_outdir(os.environ), validate=os.environ.get("CDK_VALIDATION") == "true")


if __name__ == "__main__":
    main()
