"""What gates compare a change with, laid out in a folder: the release that is deployed, as SLIPWAY_BASE.

On a laptop and on GitHub that is the base that a rehearsal would put up first; in a build on AWS, what the pipeline's
own history knows to be live.
"""

import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.gates.context import GateBroke
from pipeline.plan.delivery import DELIVERY
from pipeline.rehearsal.errors import Broke, Unreadable

# Whoever is told what to compare with, or compares nothing, does not wait for what finds that out.
if TYPE_CHECKING:
    from pipeline.record.events import Commit
    from pipeline.rehearsal.commits import Repository

COMPARING_ASSEMBLIES = frozenset({"guard"})
"""The gates that look at what the base release synthesizes to; the others are content with its source."""
CONTRACTS = "contracts"
"""Where a release's promises stand, in its source and in SLIPWAY_BASE."""
FIRST_RELEASE = {"SLIPWAY_FIRST_RELEASE": "1"}


def compares(name: str) -> bool:
    """Whether the gate `name` looks at what is deployed, too."""
    return any(gate.compares and gate.name == name for _, gate in DELIVERY.gates())


@contextmanager
def beside_base(root: Path, environ: Mapping[str, str], names: Collection[str]) -> Iterator[dict[str, str]]:
    """`environ` with what is deployed laid out for the gates `names` while this lasts; as it is where it says itself.

    A build has no git history: there the pipeline's own history knows. Unreadable as `lay_out_base`.
    """
    if environ.keys() & {"SLIPWAY_BASE", *FIRST_RELEASE}:
        yield {**environ}
        return
    with tempfile.TemporaryDirectory(prefix="slipway-base-") as folder:
        in_build, scratch = "CODEBUILD_BUILD_ID" in environ, Path(folder)
        told = _of_history(environ, scratch) if in_build else lay_out_base(root, scratch, environ, names)
        yield {**environ, **told}


def lay_out_base(root: Path, scratch: Path, environ: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    """SLIPWAY_BASE below `scratch`: what a rehearsal would put up first, for the gates `names`; says why if none.

    It holds what that release synthesizes to where one of them looks at that, and what it promised.
    Unreadable in a repository that does not tell which release that is, as a shallow one does not.
    """
    from pipeline.rehearsal.commits import Repository
    from pipeline.report import words

    try:
        repository = Repository(root)
    except Unreadable as problem:
        print(f"no base to compare with: {problem}")
        return {}
    candidate = repository.worktree() if repository.uncommitted() else repository.commit("HEAD")
    base = repository.base(candidate, None)
    if base.commit is None:
        print(base.reason)
        return FIRST_RELEASE
    if COMPARING_ASSEMBLIES.isdisjoint(names):
        repository.copy(base.commit, scratch / "base")
    else:
        _assemble(repository, base.commit, scratch, environ)
    print(f"compared with {words.short(base.commit.sha)}, {base.reason}")
    return {"SLIPWAY_BASE": str(scratch / "base")}


def _assemble(repository: "Repository", commit: "Commit", scratch: Path, environ: Mapping[str, str]) -> None:
    """The base as a rehearsal makes it, by its own lock; where that fails, whoever wants the assembly has broken."""
    from pipeline.rehearsal.cancel import Cancel
    from pipeline.rehearsal.release import prepare
    from pipeline.rehearsal.shelf import Shelf
    from pipeline.rehearsal.toolchain import Toolchain

    folder, log = scratch / "base", scratch / "base.synth.log"
    folder.mkdir()
    (folder / CONTRACTS).symlink_to(folder / "source" / CONTRACTS)
    try:
        tools = Toolchain.of(environ)
        environment = tools.environment_with_home(environ.get("HOME", ""))
        prepare(repository, commit, folder, environment, log, Cancel(), shelf=Shelf(tools.home / "releases"))
    except (Unreadable, Broke) as problem:
        print(f"the base release could not be synthesized: {problem}")


def _of_history(environ: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """What last reached the last stage; nothing where that can't be found out, and then no gate compares: it breaks."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    from pipeline.release_record import lay_out, pipeline_of

    pipeline, stage = pipeline_of(environ), DELIVERY.stages[-1].name
    if pipeline is None:
        return {}
    try:
        clients = {name: boto3.client(name) for name in ("codepipeline", "s3")}
        if not lay_out(clients, pipeline, stage, scratch):
            print(f"first release: nothing has reached {stage} by the pipeline {pipeline}")
            return FIRST_RELEASE
    except (BotoCoreError, ClientError, GateBroke) as problem:
        print(f"what is live in {stage} can't be found out: {problem}")
        return {}
    print(f"compared with what is live in {stage}")
    return {"SLIPWAY_BASE": str(scratch)}
