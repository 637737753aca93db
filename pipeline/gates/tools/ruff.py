"""Ruff: style, bugs, security (S) and naive times (DTZ) in Python, and the one layout of its files."""

import os
from collections.abc import Iterable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.files import source_files
from pipeline.gates.part import Part
from pipeline.gates.tool import run_tool
from pipeline.record.verdict import Finding


@dataclass(frozen=True)
class _Place:
    row: int
    column: int


@dataclass(frozen=True)
class _Told:
    """The part of ruff's JSON that we read. `code` is None for a file that does not parse."""

    code: str | None
    filename: str
    location: _Place
    message: str
    url: str | None = None


_TOLD = TypeAdapter(list[_Told])
PYTHON = (".py", ".pyi")
SHOW = "take away what hides it: include or exclude of [tool.ruff], a ruff.toml, a line of .gitignore"


def check(context: Context) -> Part:
    """`ruff check` over the root, with the rules of pyproject.toml."""
    run = run_tool(context, "ruff", ["check", "--no-cache", "--output-format", "json", "."], log="ruff-check")
    found = findings_in(run.out, context.root, "run scripts/fix")
    shown = _shown(context)
    return Part("ruff", len(shown), "files", (*found, *left_out(shown, source_files(context.root))))


def layout(context: Context) -> Part:
    """`ruff format --check` over the root."""
    argv = ["format", "--check", "--no-cache", "--output-format", "json", "."]
    run = run_tool(context, "ruff", argv, log="ruff-format")
    return Part("ruff format", len(_shown(context)), "files", findings_in(run.out, context.root, "run ruff format"))


def left_out(shown: Iterable[Path], source: Iterable[Path]) -> tuple[Finding, ...]:
    """The Python files of the source that ruff does not look at, whatever the setting or file that hides them."""
    known = set(shown)
    return tuple(
        Finding(f"{path}:1", "ruff does not look at it, and so finds nothing there", SHOW)
        for path in source
        if path.suffix in PYTHON and path not in known
    )


def _shown(context: Context) -> tuple[Path, ...]:
    """The Python files that ruff looks at here."""
    run = run_tool(context, "ruff", ["check", "--show-files", "."], accept=(0,), log="ruff-files")
    root = os.path.realpath(context.root)
    files = [Path(os.path.relpath(os.path.realpath(line), root)) for line in run.out.splitlines()]
    return tuple(path for path in files if path.suffix in PYTHON)


def findings_in(text: str, root: Path, fix: str) -> tuple[Finding, ...]:
    """Ruff's JSON as findings with paths relative to `root`; GateBroke if it is not the JSON we know."""
    try:
        told = _TOLD.validate_json(text)
    except ValidationError as problem:
        raise GateBroke(f"ruff's output can't be read: {problem.errors()[0]['msg']}") from problem
    return tuple(
        Finding(
            f"{os.path.relpath(one.filename, root)}:{one.location.row}",
            f"{one.code or 'syntax'} {one.message}",
            f"{fix}, or see {one.url}" if one.url else fix,
        )
        for one in told
    )
