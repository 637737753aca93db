"""A fork server of functions: a process that has imported other people's packages, and forks for every environment.

Run as `python -P -s -B fork_server.py PARENT_PID TASK_ROOT` by the runtime environment's interpreter, once for each
folder of code, with a socket as its standard input; imports nothing else of ours. The task root comes before the
runtime's own packages, as in a process of a function's own: so a zip that brings its own SDK, or a package that the SDK
needs, gets that one. Nothing of the function's own code is imported here, but what that code says it imports: of the
packages in its zip, of AWS's SDK and of Python's.

Who is forked must not be able to tell. So a package that starts a thread or keeps something open while it is imported
ends the server, and a function whose variables are others than those that a package has asked for meanwhile is refused.
Two things remain: modules are loaded, and counted as its memory, that only another function of the zip imports; and
what a package prints while it is imported is in no log.

It says `ready` first. Then each message asks for one process: JSON of `handler`, `variables` and `cwd`, with the
descriptor of its output. The answer is its pid, or 0 for one that is refused. It is forked twice, so that its parent
ends and it falls to the emulator, which waits for it as for any other child.
"""

import contextlib
import ctypes
import gc
import json
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1
_MOST = 256 * 1024
_BROKEN = 1
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<module>[\w.]+)[ \t]+import[ \t]+(?P<names>\([^)]*\)|.*)|import[ \t]+(?P<whole>[\w.]+))",
    re.MULTILINE,
)
_COMMENT = re.compile(r"#.*")
_READ_AT_START = ("LANG", "LC_", "LD_", "PYTHON")
"""How the variables begin that an interpreter reads when it starts."""
_ALWAYS_THERE = frozenset({"boto3", "botocore"})
"""Packages of Lambda's runtime, which a zip need not bring."""
_EACH_ITS_OWN = frozenset({"HOME", "TMPDIR"})
"""Variables that are ours and not Lambda's (see `variables`): the SDK remembers a folder in HOME that nobody uses."""


class _Environment(os._Environ[str]):
    """The process's variables, which remember the names that they are asked for."""

    def __init__(self, variables: os._Environ[str]) -> None:
        super().__init__(
            variables._data,  # type: ignore[attr-defined]
            variables.encodekey,
            variables.decodekey,
            variables.encodevalue,
            variables.decodevalue,
        )
        self.asked_for: dict[str, str | None] = {}

    def __getitem__(self, name: str) -> str:
        self.asked_for[name] = None
        value = self.asked_for[name] = super().__getitem__(name)
        return value

    def __iter__(self) -> Iterator[str]:
        os._exit(_BROKEN)  # a package looks at all of them


def _import_packages(task_root: str) -> Mapping[str, str | None]:
    """Import what the functions of this folder are going to; the variables that were asked for, with their values."""
    started_with = {name: value for name, value in os.environ.items() if name != "LC_CTYPE"}  # the interpreter's own
    environment = _Environment(os.environ)
    os.environ = environment  # noqa: B003  it is the same, and listens
    opened = _open_descriptors()
    sys.path.insert(0, task_root)
    for module, names in _imported(Path(task_root)):
        with contextlib.suppress(Exception):  # the function will find out
            __import__(module, fromlist=names)
    sys.path.remove(task_root)
    if threading.active_count() > 1 or _open_descriptors() != opened:
        os._exit(_BROKEN)
    # Nobody listens any more, also where a package has kept it.
    environment.__class__ = os._Environ  # type: ignore[assignment]
    told = started_with | environment.asked_for
    return {name: value for name, value in told.items() if name not in _EACH_ITS_OWN}


def _fits(variables: Mapping[str, str], fixed: Mapping[str, str | None]) -> bool:
    """Whether a process with these variables would have become what this one is."""
    same = all(variables.get(name) == value for name, value in fixed.items())
    return same and not any(name.startswith(_READ_AT_START) for name in variables.keys() - fixed.keys())


def _open_descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def _imported(task_root: Path) -> list[tuple[str, tuple[str, ...]]]:
    """What the zip's own code imports of others: modules, and names out of them."""
    records = [record.read_text() for record in task_root.glob("*.dist-info/RECORD")]
    brought = {line.partition(",")[0].partition("/")[0] for record in records for line in record.splitlines()}
    others = {name.removesuffix(".py") for name in brought} | _ALWAYS_THERE | sys.stdlib_module_names
    own = [each for each in task_root.iterdir() if each.name not in brought]
    others -= {each.stem for each in own}
    sources = [path for each in own for path in ([each] if each.suffix == ".py" else each.rglob("*.py"))]
    found = {asked for path in sources for asked in _imports(path.read_text(errors="replace"))}
    return sorted((module, names) for module, names in found if module.partition(".")[0] in others)


def _imports(source: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The modules that a source imports anywhere in it, and the names that it takes out of them."""
    for found in _IMPORT.finditer(source):
        named = _COMMENT.sub("", found["names"] or "").strip("()").split(",")
        yield found["module"] or found["whole"], tuple(each.split()[0] for each in named if each.strip())


def _die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the emulator ends, which may have been before the call."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _become(parent: int, job: dict[str, Any], output: int) -> str:
    """Turn this process into a function's; its handler."""
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.chdir(job["cwd"])
    os.environ.clear()
    os.environ.update(job["variables"])
    time.tzset()
    while os.getppid() != parent:  # the process between us has not ended yet
        time.sleep(0.0005)
    _die_with_parent(parent)
    return str(job["handler"])


def _fork(parent: int, job: dict[str, Any], output: int) -> int | str:
    """The pid of a new process; in that process, the handler that it is to run."""
    told, tell = os.pipe()
    between = os.fork()
    if between == 0:
        child = os.fork()
        if child == 0:
            return _become(parent, job, output)
        os.write(tell, str(child).encode())
        os._exit(0)
    os.close(tell)
    os.waitpid(between, 0)
    with os.fdopen(told) as answer:
        return int(answer.read())


def _serve(parent: int, fixed: Mapping[str, str | None]) -> str:
    """Say `ready`, and fork for whoever asks, until nobody does; returns in new processes only, with their handler."""
    asked = socket.socket(fileno=os.dup(0))
    asked.send(b"ready")
    while True:
        message, descriptors, *_ = socket.recv_fds(asked, _MOST, 1)
        if not message:
            os._exit(0)
        job = json.loads(message)
        made = _fork(parent, job, descriptors[0]) if _fits(job["variables"], fixed) else 0
        if isinstance(made, str):
            return made
        os.close(descriptors[0])
        asked.send(str(made).encode())


def main(parent: str, task_root: str) -> None:
    """Serve; in the processes that are made, become the Lambda runtime for one handler."""
    _die_with_parent(int(parent))
    fixed = _import_packages(task_root)
    gc.freeze()  # or every process would copy all of it to look for garbage
    handler = _serve(int(parent), fixed)
    # Not before: its native part looks for the Runtime API when it is loaded. And never the zip's copy.
    import awslambdaric.__main__ as client

    sys.path.insert(0, task_root)
    sys.argv = [client.__file__, handler]
    client.main(sys.argv)


if __name__ == "__main__":
    main(*sys.argv[1:])
