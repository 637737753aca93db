"""What a Python file holds of tests and of code, counted from its source, without running it. Pure."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from pipeline.gates.pytest_runs import FINISHED
from pipeline.gates.workflow.rows import cases_in
from pipeline.gates.workflow.tree import Tree

CASES_OF_A_FUNCTION = 25
"""How many tests may go with each function that they tried."""
_SKIPS = frozenset({"skip", "skipif", "skipIf", "skipUnless", "xfail", "importorskip", "exit"})
_NAMES = frozenset({"collect_ignore", "collect_ignore_glob", "__test__"})


@dataclass(frozen=True)
class Counted:
    """Functions of any kind, cases of tests (a test for each row of its parameters), assertions, and skips."""

    functions: int = 0
    asserts: int = 0
    skips: int = 0
    cases: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            self.functions + other.functions,
            self.asserts + other.asserts,
            self.skips + other.skips,
            self.cases + other.cases,
        )


def is_test(path: str) -> bool:
    """Whether the file is one of the tests, or of what they stand on."""
    return path.startswith("tests/")


@cache
def counted_in(source: str) -> Counted:
    """What the source holds, but for its cases, in which others have a part; nothing if it is no Python."""
    try:
        module = ast.parse(source)
    except (SyntaxError, ValueError):
        return Counted()
    functions = [one for one in ast.walk(module) if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return Counted(
        len(functions),
        sum(isinstance(one, ast.Assert) for one in ast.walk(module)),
        sum(1 for _ in _skips(module)),
    )


def changed_in(old: Mapping[str, str], new: Mapping[str, str]) -> set[str]:
    """The files that are another, or in one of the two alone."""
    return {path for path in {*old, *new} if old.get(path) != new.get(path)}


def total(code: Mapping[str, str], paths: Iterable[str]) -> Counted:
    """What those files hold together."""
    return sum((_counted(code, path) for path in sorted(paths) if path in code), Counted())


def _counted(code: Mapping[str, str], path: str) -> Counted:
    counted = counted_in(code[path])
    return replace(counted, cases=cases_in(code, path)) if is_test(path) else counted


def functions_gone(old: Tree, new: Tree) -> int:
    """How many functions fewer there are of what tests try; 0 if there are no fewer."""
    paths = {path for path in changed_in(old.code, new.code) if not is_test(path)}
    return max(0, total(old.code, paths).functions - total(new.code, paths).functions)


@cache
def words_in(source: str) -> frozenset[str]:
    """Every text of the source that is one word: what it may hand to a program."""
    try:
        module = ast.parse(source)
    except (SyntaxError, ValueError):
        return frozenset()
    texts = [one.value for one in ast.walk(module) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return frozenset(text for text in texts if " " not in text)


def _skips(module: ast.Module) -> Iterator[ast.AST]:
    """`pytest.skip(…)`, `pytest.mark.skipif`, `unittest.skip`, `collect_ignore = …`, `__test__ = False`."""
    broken = {id(one.func) for one in ast.walk(module) if isinstance(one, ast.Call) and _breaks(one)}
    for one in ast.walk(module):
        is_call = isinstance(one, ast.Attribute) and one.attr in _SKIPS and _is_of_tests(one.value)
        is_call = is_call and id(one) not in broken
        is_name = isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store) and one.id in _NAMES
        if is_call or is_name:
            yield one


def _breaks(call: ast.Call) -> bool:
    """Whether it is `pytest.exit(…, returncode=3)`: no gate takes a run that ends so for one that has finished."""
    if not (isinstance(call.func, ast.Attribute) and call.func.attr == "exit"):
        return False
    codes = [*call.args[1:2], *(one.value for one in call.keywords if one.arg == "returncode")]
    return any(isinstance(one, ast.Constant) and type(one.value) is int and one.value not in FINISHED for one in codes)


def _is_of_tests(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in ("pytest", "unittest", "mark")
