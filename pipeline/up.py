"""`slipway up` and `slipway down`: a stage that stands on this machine until it is told to go.

`up` starts itself once more in the background, follows what that process says until the stage stands, and prints how
to use it. Whoever holds the lock in `.slipway/up` is that process; `down` asks it to end. However it ends, the emulator
and the functions end with it, and nothing stays but its log.
"""

import fcntl
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.record.events import ActionFinished, ActionStarted, Event, Noted, StageStarted
from pipeline.record.verdict import Outcome
from pipeline.rehearsal import settings
from pipeline.rehearsal.cancel import INTERRUPTED, Cancel
from pipeline.rehearsal.commits import Base, Repository
from pipeline.rehearsal.errors import Broke, Cancelled, Unreadable
from pipeline.rehearsal.journey import Asked, Surroundings
from pipeline.rehearsal.runners.approval import Nobody
from pipeline.rehearsal.standing import Standing, put_up
from pipeline.rehearsal.toolchain import Toolchain
from pipeline.rehearsal.workspace import Workspace
from pipeline.rehearsal.world.emulator.process import Programs
from pipeline.rehearsal.world.emulator.world import EmulatorWorld
from pipeline.signals import Signals

FOLDER = Path(".slipway/up")
STATE, ENVIRONMENT, LOG, LOCK = "state.json", "environment.sh", "up.log", "lock"
ADDRESS = "AWS_ENDPOINT_URL"
"""The variable that leads AWS's tools to this machine."""
DELIVERED, USAGE, BROKE = 0, 2, 3
LOOK_SECONDS = 0.1
END_SECONDS = 20.0

type Say = Callable[[str], None]


@dataclass(frozen=True)
class Request:
    """What the command line asks; `ref` None is the work tree, `stage` None the first that deploys."""

    repository: Path
    ref: str | None
    stage: str | None
    seed: int
    strict: bool = False


# -- in front ---------------------------------------------------------------------------------------------------------


def up(request: Request, environ: Mapping[str, str], say: Say = print) -> int:
    """Put the stage up unless one stands, and print how to use it; the exit code."""
    try:
        folder = Repository(request.repository).root / FOLDER
    except Unreadable as problem:
        return _failed(problem, USAGE)
    if _is_held(folder):
        return _told_again(request, folder, say)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STATE).unlink(missing_ok=True)
    (folder / LOG).write_text("")
    child = subprocess.Popen(
        _command(request),
        cwd=request.repository,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=(folder / LOG).open("ab"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        code = _follow(child, folder, say)
    except KeyboardInterrupt:
        child.send_signal(signal.SIGTERM)
        child.wait(END_SECONDS)
        return INTERRUPTED
    return _tell(folder, say) if code is None else code


def down(repository: Path, environ: Mapping[str, str], say: Say = print) -> int:
    """End the stage that stands; the exit code. That none stands is no failure.

    A shell that has the stage's variables, as `environ` shows, is told how to be rid of them: no child can do it.
    """
    folder = Repository(repository).root / FOLDER
    if not _is_held(folder):
        say("no stage is up")
        return DELIVERED
    left = _sourced(folder / ENVIRONMENT, environ)
    holder = int((folder / LOCK).read_text() or 0)
    os.kill(holder, signal.SIGTERM)
    end = time.monotonic() + END_SECONDS
    while _is_held(folder):
        if time.monotonic() > end:
            return _failed(f"process {holder} does not end: look into {folder / LOG}, then end it yourself", BROKE)
        time.sleep(LOOK_SECONDS)
    say("down")
    if left:
        say("this shell still has the stage's variables, so tools in it look for the local AWS; to be rid of them:")
        say(f"  unset {' '.join(left)}")
    return DELIVERED


def _sourced(file: Path, environ: Mapping[str, str]) -> list[str]:
    """The names that `environ` has from the stage's file; none where it has not the address from there.

    Others may be the same by chance, as a region.
    """
    try:
        told = dict(shlex.split(line)[1].split("=", 1) for line in file.read_text().splitlines())
    except OSError:
        return []
    leads_here = ADDRESS in told and environ.get(ADDRESS) == told[ADDRESS]
    return [name for name, value in told.items() if environ.get(name) == value] if leads_here else []


def _command(request: Request) -> list[str]:
    command = [sys.executable, "-P", "-m", "pipeline.cli", "up", "--foreground", "--seed", str(request.seed)]
    command += ["--ref", request.ref] if request.ref else []
    command += ["--strict"] if request.strict else []
    return command + (["--stage", request.stage] if request.stage else [])


def _follow(child: subprocess.Popen[bytes], folder: Path, say: Say) -> int | None:
    """Pass on what it says until the stage stands (None) or it has ended (its exit code)."""
    with (folder / LOG).open(encoding="utf-8", errors="replace") as log:
        while True:
            code = child.poll()
            for line in log:
                say(line.rstrip("\n"))
            if code is not None:
                return code
            if (folder / STATE).exists():
                return None
            time.sleep(LOOK_SECONDS)


def _told_again(request: Request, folder: Path, say: Say) -> int:
    """Tell of what stands already; a mistake if something else was asked for."""
    say("a stage is up already; scripts/slipway down ends it")
    state = _state(folder)
    others = [f"--stage {request.stage}"] if state and request.stage not in (None, state["stage"]) else []
    others += ["--strict"] if state and request.strict and not state["strict"] else []
    if state and request.ref is not None:
        wanted = Repository(request.repository).commit(request.ref).sha[:7]
        others += [f"--ref {request.ref}"] if wanted != state["commit"] else []
    code = _tell(folder, say)
    return _failed(f"what stands was put up without {' and '.join(others)}: end it first", USAGE) if others else code


def _state(folder: Path) -> dict[str, Any] | None:
    """What stands, None until it is ready."""
    try:
        state: dict[str, Any] = json.loads((folder / STATE).read_text())
    except (OSError, ValueError):
        return None
    return state


def _tell(folder: Path, say: Say) -> int:
    """Print how to use what stands."""
    state = _state(folder)
    if state is None:
        say("it is not ready yet: wait a little, then run this again")
        return DELIVERED
    say("")
    enforced = ", with grants enforced, over TLS," if state["strict"] else ""
    say(f"{state['stage']} of {state['commit']}{enforced} stands at {state['address']}")
    for person in state["people"]:
        say(f"  {person['name']}, password {person['password']}")
        say(f"    token {person['token']}")
    say(f"  its variables, for gates and tools: . {os.path.relpath(folder / ENVIRONMENT)}")
    if state["strict"]:
        say('  whom to trust there is one of them: curl --cacert "$AWS_CA_BUNDLE" …')
    say("  to end it: scripts/slipway down")
    return DELIVERED


def _failed(problem: object, code: int) -> int:
    sys.stderr.write(f"slipway: {problem}\n")
    return code


# -- behind -----------------------------------------------------------------------------------------------------------


def stand(request: Request, environ: Mapping[str, str], say: Say = print) -> int:
    """Put the stage up and stay until a signal comes; the exit code. Run by `up`, or by you with --foreground."""
    cancel = Cancel()
    try:
        repository = Repository(request.repository)
        with _held(repository.root / FOLDER) as folder, Signals(cancel):
            return _stay(request, _asked(request, repository, environ), folder, cancel, environ, say)
    except Unreadable as problem:
        return _failed(problem, USAGE)
    except Broke as problem:
        return _failed(problem, BROKE)
    except Cancelled:
        return cancel.exit_code


def _stay(request: Request, asked: Asked, folder: Path, cancel: Cancel, environ: Mapping[str, str], say: Say) -> int:
    workspace = _workspace(folder)
    programs, log = Programs.of(environ), workspace.world_log
    world = EmulatorWorld(workspace.world, programs=programs, speed=1.0, log=log, strict=request.strict)
    around = Surroundings(workspace, world, Toolchain.of(environ), Nobody(), cancel, time.monotonic)
    try:
        with put_up(asked, request.stage, around, lambda event: _say_event(event, say)) as standing:
            _write(folder, standing, request.strict)
            _watch(world, cancel, say)
        return DELIVERED
    finally:
        (folder / STATE).unlink(missing_ok=True)
        (folder / ENVIRONMENT).unlink(missing_ok=True)
        world.stop()
        shutil.rmtree(workspace.work, ignore_errors=True)


def _watch(world: EmulatorWorld, cancel: Cancel, say: Say) -> None:
    """Until it is told to go: Broke if the world ends by itself; what is denied is said once."""
    denied: set[str] = set()
    while not cancel.is_set():
        world.check_alive()
        for line in world.denied():
            if line not in denied:
                say(f"denied: {line}")
            denied.add(line)
        cancel.wait(1.0)


def _asked(request: Request, repository: Repository, environ: Mapping[str, str]) -> Asked:
    changed = request.ref is None and repository.uncommitted()
    commit = repository.worktree() if changed else repository.commit(request.ref or "HEAD")
    told = settings.parse(repository.text(commit, settings.FILE))
    return Asked(
        repository=repository,
        product=told.product,
        commit=commit,
        base=Base(None, "nothing is deployed over anything"),
        seed=request.seed,
        speed=1.0,
        command=shlex.join(["scripts/slipway", "up"]),
        started_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        home=environ.get("HOME", str(Path.home())),
    )


def _workspace(folder: Path) -> Workspace:
    """The folder as a run's, empty."""
    workspace = Workspace("up", folder)
    for path in (workspace.work, workspace.logs):
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
    return workspace


def _say_event(event: Event, say: Say) -> None:
    match event:
        case StageStarted():
            say(f"{event.stage}")
        case ActionStarted():
            say(f"  {event.action} …")
        case ActionFinished() if event.outcome is not Outcome.PASSED:
            say(f"  {event.action} {event.outcome}: {event.reason}")
        case ActionFinished():
            say(f"  {event.action} {event.seconds:.1f} s  {event.summary}")
        case Noted():
            say(f"  {event.text}")


def _write(folder: Path, standing: Standing, strict: bool) -> None:
    """What `up` prints and what a shell can source, for their owner's eyes only: they hold tokens."""
    people: Any = standing.data.get("people", [])
    state = {
        "stage": standing.stage,
        "commit": standing.commit.sha[:7] + (" + uncommitted work" if standing.commit.dirty else ""),
        "address": standing.address,
        "strict": strict,
        "people": people,
    }
    variables = {**standing.variables, **{_token_of(each["name"]): each["token"] for each in people}}
    exports = (f"export {name}={shlex.quote(value)}\n" for name, value in sorted(variables.items()))
    _write_privately(folder / ENVIRONMENT, "".join(exports))
    _write_privately(folder / STATE, json.dumps(state))


def _token_of(person: str) -> str:
    """The variable that holds a person's token: `SLIPWAY_TOKEN_SEED_ANN` for seed-ann@example.com."""
    return "SLIPWAY_TOKEN_" + re.sub(r"[^A-Z0-9]", "_", person.partition("@")[0].upper())


def _write_privately(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    part.replace(path)


# -- who holds it -----------------------------------------------------------------------------------------------------


@contextmanager
def _held(folder: Path) -> Iterator[Path]:
    """Hold the lock of the folder, with our process id in it; Unreadable if another does."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            raise Unreadable("a stage is up already", "end it with scripts/slipway down") from problem
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            yield folder
        finally:
            lock.truncate(0)


def _is_held(folder: Path) -> bool:
    """Whether a process holds the folder's lock."""
    with suppress(FileNotFoundError), (folder / LOCK).open("r+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
