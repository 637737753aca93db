"""A release: a commit laid out in a clean folder and synthesized there by its own command."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.record.events import Commit
from pipeline.rehearsal import settings, trees
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.children import run_child
from pipeline.rehearsal.commits import Repository
from pipeline.rehearsal.errors import Broke, Unreadable
from pipeline.rehearsal.runners.base import last_lines
from pipeline.rehearsal.settings import Settings
from pipeline.rehearsal.shelf import Shelf, key_of

SYNTH_SECONDS = 300.0
BROKE_STATUS = 3
"""What an app's command ends with when it is not the change that failed (see `settings.Settings`)."""


@dataclass(frozen=True)
class Release:
    """A commit, its files in `source`, what it says of itself, and what it synthesized into `assembly`."""

    commit: Commit
    source: Path
    settings: Settings
    assembly: Path
    kept: bool = False
    """Whether the assembly is one that an earlier run made of the same files."""


def prepare(
    repository: Repository,
    commit: Commit,
    folder: Path,
    environment: Mapping[str, str],
    log: Path,
    cancel: Cancel,
    *,
    shelf: Shelf | None = None,
    fresh: bool = False,
) -> Release:
    """Copy `commit` into `folder`/source and synthesize it into `folder`/cdk.out with the command of its own settings.

    `environment` is all that the command sees, CDK_OUTDIR aside. What a tree makes is kept on the `shelf`, and taken
    from there when the same files come again, unless `fresh`. Unreadable, with the log's end, if it does not
    synthesize: a tree that makes no template can't be rehearsed. Broke if the command says that it broke itself.
    """
    source, assembly = folder / "source", folder / "cdk.out"
    repository.copy(commit, source)
    told = settings.read(source)
    release = Release(commit, source, told, assembly)
    key = key_of(trees.digest_of(source), told.app)
    if shelf and not fresh and shelf.take(key, assembly):
        log.write_text(f"{_called(commit)} was synthesized by an earlier run, file for file: not done again\n")
        return replace(release, kept=True)
    _synthesize(release, environment, log, cancel)
    if shelf:
        shelf.put(key, assembly, made_in=folder)
    return release


def _synthesize(release: Release, environment: Mapping[str, str], log: Path, cancel: Cancel) -> None:
    app, assembly = release.settings.app, release.assembly
    child = {**environment, "CDK_OUTDIR": str(assembly)}
    try:
        code = run_child(release.settings.app_command, release.source, child, log, cancel, SYNTH_SECONDS)
    except OSError as problem:
        raise Unreadable(f"{app!r} can't be started: {problem}", "mend [tool.slipway.rehearsal] app") from problem
    except subprocess.TimeoutExpired as problem:
        raise Unreadable(f"{app!r} took over {SYNTH_SECONDS:.0f} s", f"look into {log}") from problem
    what = _called(release.commit)
    if code == BROKE_STATUS:
        broke = f"{app!r} ended with {code} at {what}: it broke, not the change"
        raise Broke(f"{broke}; mend what it names, then run again; its log: {log}\n{_end(log)}")
    if code != 0 or not (assembly / "manifest.json").is_file():
        why = f"ended with {code}" if code else "left no manifest.json in $CDK_OUTDIR"
        raise Unreadable(f"{what} does not synthesize: {app!r} {why}\n{_end(log)}", f"the log: {log}")


def _called(commit: Commit) -> str:
    return f"the uncommitted work on {commit.sha[:7]}" if commit.dirty else f"commit {commit.sha[:7]}"


def _end(log: Path) -> str:
    return "\n".join(f"    {line}" for line in last_lines(log))
