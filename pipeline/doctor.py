"""Whether this machine can rehearse: one check per thing that a rehearsal needs, and what to do if it is missing."""

import os
import shutil
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

NEEDED_DISK_GB = 2
NEEDED_MEMORY_GB = 4


@dataclass(frozen=True)
class Check:
    """One thing looked at: `found` says what is there, `fix` what to do when `good` is false."""

    name: str
    good: bool
    found: str
    fix: str = ""


def checks(environ: Mapping[str, str], here: Path) -> Iterator[Check]:
    """Every check, one after the other, so that they can be printed as they come."""
    yield _python()
    yield _tool("git", ["git", "--version"], "install git")
    yield _tool("bash", ["bash", "--version"], "install bash")
    yield _tool("uv", ["uv", "--version"], "run scripts/setup")
    yield _variable(environ, "JSII_NODE", "node", ["--version"])
    yield _variable(environ, "SLIPWAY_WORLD_PYTHON", "the emulator's Python", ["-c", _version_of("ministack")])
    yield _variable(environ, "SLIPWAY_RUNTIME_PYTHON", "the Lambda runtime", ["-c", _version_of("awslambdaric")])
    yield _command_line_tools(environ)
    yield _disk(here)
    yield _memory()
    yield _loopback()


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    found = version + how_built(sysconfig.get_config_var("CONFIG_ARGS"))
    return Check("Python", sys.version_info[:2] == (3, 13), found, "run scripts/setup; it finds or installs 3.13")


def how_built(arguments: str | None) -> str:
    """What a build of Python by these arguments of its `configure` costs; empty where it costs nothing or nobody knows.

    Pyenv builds without --enable-optimizations unless PYTHON_CONFIGURE_OPTS says so; what uv installs is built with it.
    """
    slow = arguments is not None and "--enable-optimizations" not in arguments
    return ", built without --enable-optimizations, so all that is Python takes longer" if slow else ""


def _answer(command: list[str]) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = (done.stdout or done.stderr).strip().splitlines()
    return lines[0] if done.returncode == 0 and lines else None


def _tool(name: str, command: list[str], fix: str) -> Check:
    answer = _answer(command)
    return Check(name, answer is not None, answer or "not found", fix)


def _version_of(package: str) -> str:
    """A program that imports the package and says its version."""
    return f"import {package}, importlib.metadata as m; print({package!r}, m.version({package!r}))"


def _variable(environ: Mapping[str, str], variable: str, name: str, arguments: list[str]) -> Check:
    fix = f"run this through scripts/slipway, which sets {variable}"
    program = environ.get(variable)
    if not program:
        return Check(name, False, f"{variable} is not set", fix)
    answer = _answer([program, *arguments])
    return Check(name, answer is not None, answer or f"{program} does not answer", "run scripts/setup")


def _command_line_tools(environ: Mapping[str, str]) -> Check:
    home = environ.get("SLIPWAY_NPM")
    if not home:
        fix = "run this through scripts/slipway, which sets SLIPWAY_NPM"
        return Check("the CDK command line", False, "SLIPWAY_NPM is not set", fix)
    folder = Path(home) / "node_modules"
    missing = [name for name in ("aws-cdk", "cdk-assets") if not (folder / name / "package.json").is_file()]
    found = f"{', '.join(missing)} missing" if missing else "cdk and cdk-assets"
    return Check("the CDK command line", not missing, found, "run scripts/setup")


def _disk(here: Path) -> Check:
    free = shutil.disk_usage(here).free / 1024**3
    return Check("disk", free >= NEEDED_DISK_GB, f"{free:.0f} GB free", f"free {NEEDED_DISK_GB} GB")


def _memory() -> Check:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return Check(
        "memory", total >= NEEDED_MEMORY_GB, f"{total:.0f} GB", f"rehearse where there are {NEEDED_MEMORY_GB} GB"
    )


def _loopback() -> Check:
    try:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
    except OSError as problem:
        return Check("loopback", False, str(problem), "allow programs to listen on 127.0.0.1")
    return Check("loopback", True, "127.0.0.1 can be listened on")


def report(found: Iterator[Check], say: Callable[[str], None]) -> bool:
    """Say every check as it comes; whether all were good."""
    good = True
    for check in found:
        say(f"{'✓' if check.good else '✗'} {check.name:<24} {check.found}" + ("" if check.good else f" → {check.fix}"))
        good = good and check.good
    return good
