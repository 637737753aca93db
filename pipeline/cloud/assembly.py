"""The whole app: built from the plan and the checkout, synthesized into one assembly."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import App

from pipeline.cloud.acknowledged import acknowledged
from pipeline.cloud.findings import Judged, judge
from pipeline.cloud.inputs import read_inputs
from pipeline.cloud.pipeline_stack import PipelineStack
from pipeline.cloud.settings import ROOT
from pipeline.plan.delivery import DELIVERY


class NotAnAssembly(Exception):
    """The folder to synthesize into holds something else, which synthesis would delete."""


class InvalidAssembly(Exception):
    """The validator of the CDK or cdk-nag found something that nobody acknowledged: what and where."""


@dataclass(frozen=True)
class Validated:
    """How a validated synthesis ended: cdk-nag's findings, and the CDK's own words if it failed."""

    judged: Judged
    failure: str | None

    def raise_if_open(self) -> None:
        """InvalidAssembly if anything was found."""
        found = [f"{finding.where}: {finding.full_rule}: {finding.what}" for finding in self.judged.open]
        if self.failure and not found:
            found = [self.failure]
        if found:
            raise InvalidAssembly("\n".join(found))


def build_app(outdir: Path, home: Path, context: Mapping[str, object]) -> App:
    """The app of the plan, not yet synthesized; `context` stands over what the `cdk` command line passes."""
    app = App(
        outdir=str(outdir.resolve()),
        post_cli_context=dict(context),
        analytics_reporting=False,
        auto_synth=False,
        tree_metadata=False,
        stack_traces=False,
    )
    PipelineStack(app, DELIVERY, read_inputs(ROOT, home))
    return app


def assemble(outdir: Path, home: Path, context: Mapping[str, object]) -> None:
    """Write the assembly into `outdir`, which holds nothing else afterwards; NotAnAssembly if it held anything else."""
    _clear(outdir)
    build_app(outdir, home, context).synth()


def validate(outdir: Path, home: Path, context: Mapping[str, object]) -> Validated:
    """As `assemble`, with the CDK's validator and cdk-nag looking on."""
    from pipeline.cloud.nag import check_at_synthesis, find  # which a synthesis alone doesn't wait for

    _clear(outdir)
    app = build_app(outdir, home, context)
    judged = judge(find(app), acknowledged(ROOT, DELIVERY))
    check_at_synthesis(app, judged)
    try:
        app.synth()
    except RuntimeError as problem:  # jsii's form of every error in the CDK
        if "ValidationFailed" not in str(problem):
            raise
        return Validated(judged, str(problem))
    return Validated(judged, None)


def _clear(outdir: Path) -> None:
    """Remove an earlier assembly: files that nothing refers to any more would be published with it.

    The `cdk` command line locks the folder by a file in it while it waits for us; that one stays.
    """
    outdir.mkdir(parents=True, exist_ok=True)
    entries = [entry for entry in outdir.iterdir() if entry.suffix != ".lock"]
    if entries and not (outdir / "cdk.out").is_file():
        raise NotAnAssembly(f"{outdir}: not empty and no earlier assembly; name another folder, or empty this one")
    for entry in entries:
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    # The CDK writes this file last. A synthesis that fails before that must not lock out the next one.
    (outdir / "cdk.out").touch()
