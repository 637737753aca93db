"""The suppressions of a Python file that silence all of it, or a class, whatever is found there. Pure.

Comments are read as Python reads them, so that a text which speaks of one is none.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache

_OF_FILE = re.compile(
    r"#\s*(?:(?:ruff|flake8)\s*:\s*(?:noqa|disable|file-ignore)\b.*|(?:ruff\s*:\s*)?isort\s*:\s*(?:skip_file|off)\b.*"
    r"|mypy\s*:.*|pyright\s*:\s*(?!ignore).*|pylint\s*:\s*(?:skip-file|disable).*|coverage\s*:.*"
    r"|pragma\s*:\s*exclude file.*)",
    re.IGNORECASE,
)
"""Wherever such a comment stands, it is for what follows or for the whole file."""
_TYPES = re.compile(r"#\s*type\s*:\s*ignore\b.*")
_COVERAGE = re.compile(r"#\s*pragma\s*:?\s*no\s*cover\b.*", re.IGNORECASE)
_ANY = re.compile(r"#.*(?:noqa|disable|ignore|isort|mypy|pyright|pylint|coverage|pragma)|no_type_check", re.IGNORECASE)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SUITES = ("body", "orelse", "finalbody")


@cache
def silenced_in(source: str) -> tuple[tuple[int, str], ...]:
    """The line of each such suppression, and what it says."""
    if not _ANY.search(source):
        return ()
    try:
        module = ast.parse(source)
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (SyntaxError, ValueError, tokenize.TokenError):
        return ()
    comments = {one.start[0]: one.string for one in tokens if one.type == tokenize.COMMENT}
    return tuple(sorted({*_of_file(module, comments), *_of_blocks(module, comments), *_unchecked(module)}))


def _of_file(module: ast.Module, comments: dict[int, str]) -> Iterator[tuple[int, str]]:
    """A `type: ignore` in front of the first statement is one for the whole file."""
    first = module.body[0].lineno if module.body else len(comments) + 1
    for line, comment in comments.items():
        parts = [f"#{part}" for part in comment.split("#")[1:]]
        of_types = line < first and any(map(_TYPES.match, parts))
        if of_types or any(_OF_FILE.fullmatch(part.strip()) for part in parts):
            yield line, comment


def _of_blocks(module: ast.Module, comments: dict[int, str]) -> Iterator[tuple[int, str]]:
    """`no cover` where a class begins, or a block that holds functions: none of its lines counts."""
    for node in ast.walk(module):
        if isinstance(node, ast.stmt) and not isinstance(node, _FUNCTIONS):
            for line in _headers(node):
                if _COVERAGE.search(comments.get(line, "")):
                    yield line, comments[line]


def _headers(node: ast.stmt) -> Iterator[int]:
    """The lines that introduce a suite of the statement, if it holds a function or a class, or is a class."""
    begins = min((one.lineno for one in getattr(node, "decorator_list", ())), default=node.lineno)
    for body in _suites(node):
        first = min((one.lineno for one in getattr(body[0], "decorator_list", ())), default=body[0].lineno)
        holds = any(isinstance(inner, (*_FUNCTIONS, ast.ClassDef)) for one in body for inner in ast.walk(one))
        if holds or isinstance(node, ast.ClassDef):
            yield from range(begins, max(first, begins + 1))
        begins = (body[-1].end_lineno or body[-1].lineno) + 1


def _suites(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    found = [getattr(node, name, None) or [] for name in _SUITES]
    found += [one.body for one in (*getattr(node, "handlers", ()), *getattr(node, "cases", ()))]
    yield from sorted(filter(None, found), key=lambda body: body[0].lineno)


def _unchecked(module: ast.Module) -> Iterator[tuple[int, str]]:
    """`@no_type_check`: nothing within has types."""
    for node in ast.walk(module):
        for one in getattr(node, "decorator_list", ()):
            if ast.unparse(one).rpartition(".")[2] == "no_type_check":
                yield one.lineno, "@no_type_check"
