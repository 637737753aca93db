"""Rows of a test that have become a property: it makes more examples than the test had rows. Pure.

A property counts as one test, as any that has no rows, so that it makes up for no other one that is gone. Where a test
becomes one under its own name, what it has lost by that is known, and is for an approver to read.
"""

import ast
from collections.abc import Iterable, Mapping
from functools import cache

from pipeline.gates.workflow.examples import USUAL, module_of, tried_in
from pipeline.gates.workflow.rows import cases_by_name

_CHOSEN = frozenset({"booleans", "just", "none", "nothing", "one_of", "sampled_from", "tuples"})
"""Strategies that hold what is written down, as rows do: fewer of them are fewer."""
_EXAMPLES = "max_examples"


def cases_made(old: Mapping[str, str], new: Mapping[str, str], paths: Iterable[str]) -> int:
    """How many cases fewer there are for that reason, and no more than there are examples in their place."""
    return sum(_made_in(old, new, path) for path in sorted(paths) if path in old and path in new)


def _made_in(old: Mapping[str, str], new: Mapping[str, str], path: str) -> int:
    before, now = properties_in(old[path]), properties_in(new[path])
    made = now.keys() - before.keys()
    if not made:
        return 0
    had, has = cases_by_name(old, path), cases_by_name(new, path)
    lost = ((had[name] - has[name], now[name]) for name in made if name in had and name in has)
    return sum(max(0, min(fewer, examples)) for fewer, examples in lost)


@cache
def properties_in(source: str) -> Mapping[str, int]:
    """How many examples are made for each test whose values Hypothesis makes up; 0 where only a run tells."""
    module = module_of(source)
    if module is None:
        return {}
    known = _givens(module)
    tried = tried_in(source)
    functions = (one for one in ast.walk(module) if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return {
        one.name: (tried[one.name].number(_EXAMPLES) if one.name in tried else USUAL[_EXAMPLES]) or 0
        for one in functions
        if any(_makes(decorator, known) for decorator in one.decorator_list)
    }


def _givens(module: ast.Module) -> frozenset[str]:
    """What the module calls `hypothesis.given`."""
    known: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module == "hypothesis":
            known |= {one.asname or one.name for one in node.names if one.name == "given"}
        elif isinstance(node, ast.Import):
            known |= {f"{one.asname or one.name}.given" for one in node.names if one.name == "hypothesis"}
    return frozenset(known)


def _makes(decorator: ast.expr, known: frozenset[str]) -> bool:
    """Whether it is `given(…)` with a strategy that makes something up, and does not only choose."""
    if not (isinstance(decorator, ast.Call) and ast.unparse(decorator.func) in known):
        return False
    given = [*decorator.args, *(one.value for one in decorator.keywords)]
    return any(_is_made(each) for each in given)


def _is_made(strategy: ast.expr) -> bool:
    """`st.integers(0, 9)`, `orders()`, `ORDERS`, `...` (by its type); of one that is put together, any of its parts."""
    if isinstance(strategy, ast.Constant):
        return strategy.value is ...
    if not isinstance(strategy, ast.Call):
        return True
    name = ast.unparse(strategy.func).rsplit(".", 1)[-1]
    if name in ("one_of", "tuples"):
        return any(_is_made(each) for each in strategy.args)
    return name not in _CHOSEN
