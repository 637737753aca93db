"""How many tests a file of tests makes, counted from its source: one for each row of a test's parameters. Pure.

Rows may have a name: a dictionary of bad tokens, a list from another file of tests. What such a name holds is counted
as far as it is written down; what only a run would tell counts as one.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePosixPath

DEPTH = 8
"""How many files a name is followed through."""
_SAME = frozenset(
    {"combinations", "dict", "enumerate", "frozenset", "iter", "list", "MappingProxyType", "pairwise", "permutations",
     "reversed", "set", "sorted", "tuple", "zip"}
)  # fmt: skip
"""Calls that hold as much as they are given, or more with each that they are given."""
_VIEWS = frozenset({"copy", "items", "keys", "values"})
_LESS = frozenset({"discard", "pop", "popitem", "remove"})
_MORE = frozenset({"add", "append", "insert"})
_IMPORT = re.compile(
    r"^[ \t]*(?:from|import)[ \t]+(tests[\w.]*)(?:[ \t]+import[ \t]+(\([^)]*\)|[^\n#]*))?", re.MULTILINE
)


@dataclass(frozen=True)
class Size:
    """So many, and as many as each of `parts` holds; all of it `times` over, and so many `less`, but one at least."""

    least: int = 0
    parts: tuple["Size | Name", ...] = ()
    times: tuple["Size | Name", ...] = ()
    less: int = 0


@dataclass(frozen=True)
class Name:
    """What another file calls `name`."""

    module: str
    name: str


@dataclass(frozen=True)
class Made:
    """What a file makes: its tests, each with its rows, also by their names; and what its names hold.

    `by_name` are those tests whose name no other test of the file has.
    """

    tests: tuple[Size, ...] = ()
    by_name: Mapping[str, Size] = field(default_factory=dict)
    names: Mapping[str, Size | Name] = field(default_factory=dict)


ONE = Size(1)


def cases_in(code: Mapping[str, str], path: str) -> int:
    """How many tests the file makes, over the code that it imports names from."""
    return sum(_sized(code, test, DEPTH) for test in _made(path, code[path]).tests)


def cases_by_name(code: Mapping[str, str], path: str) -> dict[str, int]:
    """The same for each test by itself, but for those that share a name."""
    return {name: _sized(code, test, DEPTH) for name, test in _made(path, code[path]).by_name.items()}


def touched(old: Mapping[str, str], new: Mapping[str, str], changed: set[str]) -> set[str]:
    """The files of tests that are as they were and take a name from elsewhere that holds another number now."""
    others: dict[str, set[str]] = {}
    for path in changed:
        before, after = (_made(path, code.get(path, "")).names for code in (old, new))
        others[path] = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    names = set().union(*others.values())
    ahead = {_module(path) for path, changes in others.items() if changes}
    found: set[str] = set()
    while ahead:
        near = {
            path
            for path, source in new.items()
            if path.startswith("tests/")
            and path not in changed | found
            and not ahead.isdisjoint(_imports(source))
            and any(name in source for name in names)
        }
        found |= near
        names |= {name for path in near for name in _made(path, new[path]).names}
        ahead = {_module(path) for path in near}
    return found


@cache
def _imports(source: str) -> frozenset[str]:
    """The modules of tests that a source may import, read without parsing; a name in one may be a module, too."""
    found: set[str] = set()
    for module, names in _IMPORT.findall(source):
        found |= {module, *(f"{module}.{name}" for name in re.findall(r"\w+", names))}
    return frozenset(found)


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _sized(code: Mapping[str, str], size: Size | Name, depth: int) -> int:
    if isinstance(size, Name):
        for path in (f"{size.module.replace('.', '/')}{ending}" for ending in (".py", "/__init__.py")):
            if path in code and path.startswith("tests/") and depth:
                return _sized(code, _made(path, code[path]).names.get(size.name, ONE), depth - 1)
        return 1
    total = size.least + sum(_sized(code, part, depth) for part in size.parts)
    for factor in size.times:
        total *= _sized(code, factor, depth)
    return max(1, total - size.less) if size.less else total


@cache
def _made(path: str, source: str) -> Made:
    try:
        module = ast.parse(source)
    except (SyntaxError, ValueError):
        return Made()
    reader = _Reader(PurePosixPath(path))
    reader.read(module.body, ())
    single = {name: sizes[0] for name, sizes in reader.by_name.items() if len(sizes) == 1}
    return Made(tuple(reader.tests), single, reader.names)


class _Reader:
    """Reads statements in their order, as Python would: a name holds what was given to it last."""

    def __init__(self, path: PurePosixPath) -> None:
        self.path = path
        self.names: dict[str, Size | Name] = {}
        self.modules: dict[str, str] = {}
        self.tests: list[Size] = []
        self.by_name: dict[str, list[Size]] = {}

    def read(self, body: list[ast.stmt], around: tuple[Size, ...]) -> None:
        """`around` are the rows that the class of a test has for each of its tests."""
        for one in body:
            match one:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self._function(one, around)
                case ast.ClassDef():
                    self.read(one.body, (*around, *self._rows(one.decorator_list)))
                case ast.ImportFrom() | ast.Import():
                    self._import(one)
                case _:
                    self._statement(one)
                    for inner in ("body", "orelse", "finalbody"):
                        self.read(getattr(one, inner, []), around)

    def _function(self, one: ast.FunctionDef | ast.AsyncFunctionDef, around: tuple[Size, ...]) -> None:
        rows = tuple(self._rows(one.decorator_list))
        if one.name.startswith("test"):
            test = Size(1, times=(*around, *rows))
            self.tests.append(test)
            self.by_name.setdefault(one.name, []).append(test)
        self.tests += self._given(one)

    def _given(self, one: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Size]:
        """The parameters of a fixture: each test that uses it is made so often; they count once."""
        for decorator in one.decorator_list:
            if isinstance(decorator, ast.Call) and _called(decorator) == "fixture":
                yield from (
                    Size(parts=(self._size(each.value),)) for each in decorator.keywords if each.arg == "params"
                )

    def _rows(self, decorators: list[ast.expr]) -> Iterator[Size]:
        yield from (Size(parts=(self._size(one),)) for one in decorators)

    def _import(self, one: ast.ImportFrom | ast.Import) -> None:
        for each in one.names:
            if isinstance(one, ast.Import):
                self.modules[each.asname or each.name] = each.name
                continue
            package = self.path.parents[one.level - 1].as_posix().replace("/", ".") if one.level else ""
            module = ".".join(part for part in (package, one.module) if part)
            self.modules[each.asname or each.name] = f"{module}.{each.name}"
            self.names[each.asname or each.name] = Name(module, each.name)

    def _statement(self, one: ast.stmt) -> None:
        match one:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                self.names[name] = self._size(value)
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                self.names[name] = Size(parts=(self._named(name), self._size(value)))
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name))]):
                self.names[name] = Size(1, parts=(self._named(name),))
            case ast.Delete(targets=targets):
                for target in targets:
                    if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                        self.names[target.value.id] = Size(parts=(self._named(target.value.id),), less=1)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=verb), args=args)):
                self._changed(name, verb, args)

    def _changed(self, name: str, verb: str, args: list[ast.expr]) -> None:
        """A list or a dictionary that is given more, or of which something is taken."""
        if verb in _LESS:
            self.names[name] = Size(parts=(self._named(name),), less=1)
        elif verb in _MORE:
            self.names[name] = Size(1, parts=(self._named(name),))
        elif verb in ("extend", "update") and args:
            self.names[name] = Size(parts=(self._named(name), self._size(args[0])))
        elif verb == "clear":
            self.names[name] = Size()

    def _named(self, name: str) -> Size | Name:
        return self.names.get(name, ONE)

    def _size(self, node: ast.expr) -> Size | Name:
        """How many there are in what an expression makes; one, where that is not written down."""
        match node:
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                spread = tuple(self._size(one.value) for one in elements if isinstance(one, ast.Starred))
                return Size(len(elements) - len(spread), spread)
            case ast.Dict(keys=keys, values=values):
                spread = tuple(self._size(value) for key, value in zip(keys, values, strict=True) if key is None)
                return Size(len(keys) - len(spread), spread)
            case ast.Name(id=name):
                return self._named(name)
            case ast.Attribute(attr=name):
                module = self.modules.get(ast.unparse(node.value))
                return Name(module, name) if module else ONE
            case ast.BinOp(left=left, op=ast.Add() | ast.BitOr(), right=right):
                return Size(parts=(self._size(left), self._size(right)))
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                return Size(parts=(self._size(left),), less=len(right.elts) if isinstance(right, ast.Set) else 1)
            case ast.Constant(value=str(text)):
                return Size(len(text))
            case ast.Subscript(value=value, slice=ast.Slice(lower=lower, upper=upper)):
                return self._sliced(value, lower, upper)
            case ast.Call():
                return self._call(node)
            case ast.DictComp() | ast.GeneratorExp() | ast.ListComp() | ast.SetComp():
                conditions = sum(len(one.ifs) for one in node.generators)
                return Size(1, times=tuple(self._size(one.iter) for one in node.generators), less=conditions)
        return ONE

    def _sliced(self, value: ast.expr, lower: ast.expr | None, upper: ast.expr | None) -> Size:
        """`X[:3]` is three at the most, `X[2:]` and `X[:-2]` two less; what can't be read is one."""
        match lower, upper:
            case None, None:
                return Size(parts=(self._size(value),))
            case (ast.Constant(value=int(less)), None) | (
                None,
                ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(less))),
            ):
                return Size(parts=(self._size(value),), less=less)
            case None, ast.Constant(value=int(most)):
                return Size(most)
        return ONE

    def _call(self, node: ast.Call) -> Size | Name:
        """`parametrize(…)` itself, what holds as much as it is given, `range`, `product`, `chain`."""
        name, given = _called(node), node.args
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="split"), args=[]):
                return Size(len(text.split()))
            case ast.Call(func=ast.Attribute(value=value)) if name in _VIEWS:
                return self._size(value)
        if name == "parametrize":
            rows = [*given[1:2], *(one.value for one in node.keywords if one.arg == "argvalues")]
            return self._size(rows[0]) if rows else ONE
        if name in _SAME:
            return Size(len(node.keywords) if name == "dict" else 0, tuple(map(self._size, given[:1])))
        if name in ("map", "filter"):
            return Size(parts=tuple(map(self._size, given[1:2])), less=int(name == "filter"))
        if name == "range":
            ends = [one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, int)]
            return Size(len(range(*ends))) if ends and len(ends) == len(given) else ONE
        if name == "product":
            return Size(1, times=tuple(map(self._size, given)))
        return Size(parts=tuple(map(self._size, given))) if name == "chain" else ONE


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
