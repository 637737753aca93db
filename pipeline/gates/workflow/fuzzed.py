"""In which phases the operations of each caller are fuzzed, read from the code that starts the fuzzer. Pure.

Each `Run(name, configs[caller], options)` is of that caller; several runs of one share the phases. A phase that only a
run would tell is none, and a run of whoever is asked for is nobody's.
"""

import ast
from collections.abc import Iterator, Mapping
from functools import cache

FOLDER = "tests/fuzz/"
PHASES = frozenset({"examples", "coverage", "fuzzing", "stateful"})
"""All that Schemathesis has, and runs where nobody says which ("Test phases" of its documentation)."""
_OPTION = "--phases"


def phases_of(code: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    """The phases by who calls."""
    found: dict[str, frozenset[str]] = {}
    for path, source in code.items():
        if path.startswith(FOLDER):
            for caller, phases in _runs(source):
                found[caller] = found.get(caller, frozenset()) | phases
    return found


@cache
def _runs(source: str) -> tuple[tuple[str, frozenset[str]], ...]:
    try:
        module = ast.parse(source)
    except (SyntaxError, ValueError):
        return ()
    held = {
        target.id: node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    calls = (node for node in ast.walk(module) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Run")
    found = ((_caller(call.args[1], held), call.args[2]) for call in calls if len(call.args) == 3)
    return tuple((caller, _phases([*_words(options, held)])) for caller, options in found if caller)


def _caller(config: ast.expr, held: Mapping[str, ast.expr]) -> str:
    """Whose configuration it is, where that is written down; else empty."""
    chosen = config.slice if isinstance(config, ast.Subscript) else config
    return "".join(_words(chosen, held)) if isinstance(chosen, (ast.Name, ast.Constant)) else ""


def _phases(words: list[str]) -> frozenset[str]:
    """Those of the last such option, which is the one that counts."""
    said = PHASES
    for place, word in enumerate(words):
        if word == _OPTION:
            said = frozenset("".join(words[place + 1 : place + 2]).split(","))
        elif word.startswith(f"{_OPTION}="):
            said = frozenset(word.partition("=")[2].split(","))
    return said & PHASES


def _words(node: ast.expr, held: Mapping[str, ast.expr], depth: int = 4) -> Iterator[str]:
    """The words of a list of options; an empty one for what is not written down."""
    match node:
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for one in elements:
                yield from _words(one.value if isinstance(one, ast.Starred) else one, held, depth)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from _words(left, held, depth)
            yield from _words(right, held, depth)
        case ast.Name(id=name) if name in held and depth:
            yield from _words(held[name], held, depth - 1)
        case ast.Constant(value=str(text)):
            yield text
        case _:
            yield ""
