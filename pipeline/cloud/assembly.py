"""The whole app: built from the plan and the checkout, synthesized into one assembly."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from aws_cdk import App

from pipeline.cloud.inputs import read_inputs
from pipeline.cloud.pipeline_stack import PipelineStack
from pipeline.plan.delivery import DELIVERY

ROOT = Path(__file__).resolve().parents[2]


def build_app(outdir: Path, home: Path, context: Mapping[str, object]) -> App:
    """The app of the plan, not yet synthesized; `context` stands over what the `cdk` command line passes."""
    app = App(
        outdir=str(outdir.resolve()),
        post_cli_context=dict(context),
        analytics_reporting=False,
        tree_metadata=False,
        stack_traces=False,
    )
    PipelineStack(app, DELIVERY, read_inputs(ROOT, home))
    return app


class NotAnAssembly(Exception):
    """The folder to synthesize into holds something else, which synthesis would delete."""


def assemble(outdir: Path, home: Path, context: Mapping[str, object], validate: bool) -> None:
    """Write the assembly into `outdir`, which holds nothing else afterwards; NotAnAssembly if it held anything else."""
    _clear(outdir)
    app = build_app(outdir, home, context)
    app.synth()


def _clear(outdir: Path) -> None:
    """Remove an earlier assembly: files that nothing refers to any more would be published with it."""
    if not outdir.exists():
        return
    if any(outdir.iterdir()) and not (outdir / "cdk.out").is_file():
        raise NotAnAssembly(f"{outdir}: not empty and no earlier assembly; name another folder, or empty this one")
    shutil.rmtree(outdir)
