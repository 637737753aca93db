"""The hooks of pytest that a Python file holds, read from its source without running it. Pure.

Any name that begins as pytest's hooks do is one: a function, a name that something is assigned to or imported as, a
`specname`, or a name that is set on an object. There are more of them with each plugin, so the few that can change
neither which tests there are nor how they end are known, and no other.
"""

import ast
from collections.abc import Iterator
from functools import cache

PREFIX = "pytest_"
HARMLESS = frozenset(
    {
        "pytest_addoption",
        "pytest_assertrepr_compare",
        "pytest_make_parametrize_id",
        "pytest_report_header",
    }
)
"""What adds an option, or words: to a head, to a name, to what is shown of an assertion."""
REPLACING = frozenset({"setattr", "delattr", "setitem", "delitem", "patch", "object", "multiple", "dict"})
"""How pytest's monkeypatch and `unittest.mock` put one thing in another's place."""
_CONFIGURES = "pytest_configure"
_LITERALS = (ast.Constant, ast.Dict, ast.JoinedStr, ast.List, ast.Set, ast.Tuple)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@cache
def hooks_in(source: str) -> frozenset[tuple[str, str]]:
    """The hooks that may bend a result: the name of each and all that it does, its layout and comments aside."""
    if PREFIX not in source and "specname" not in source:
        return frozenset()
    try:
        module = ast.parse(source)
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset((name, _said(node)) for name, node in _named(module) if _bends(name, node))


@cache
def bending_fixtures_in(source: str) -> frozenset[tuple[str, str]]:
    """The fixtures that every test gets unasked, and that put something else in the place of what is tested."""
    if "autouse" not in source:
        return frozenset()
    try:
        module = ast.parse(source)
    except (SyntaxError, ValueError):
        return frozenset()
    functions = (node for node in ast.walk(module) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return frozenset((each.name, _said(each)) for each in functions if _is_unasked(each) and _replaces(each))


def _is_unasked(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a decorator says `autouse`, and not that it is false."""
    given = (one for each in function.decorator_list if isinstance(each, ast.Call) for one in each.keywords)
    return any(one.arg == "autouse" and getattr(one.value, "value", True) is not False for one in given)


def _replaces(function: ast.AST) -> bool:
    """Whether it calls what replaces an attribute, an item or a whole object; a variable of the environment is none."""
    called = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    names = (one.id if isinstance(one, ast.Name) else getattr(one, "attr", "") for one in called)
    assigned = (one for node in ast.walk(function) if isinstance(node, ast.Assign) for one in node.targets)
    return bool(REPLACING & set(names)) or any(isinstance(one, ast.Attribute) for one in assigned)


def _said(node: ast.AST) -> str:
    """What the hook does, without its types and what it says of itself."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return ast.dump(node)
    names = [one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg)]
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return " ".join((*names, *map(ast.dump, (*node.decorator_list, *body))))


def _bends(name: str, node: ast.AST) -> bool:
    if name == _CONFIGURES and isinstance(node, ast.FunctionDef):
        return bool(node.decorator_list) or not all(map(_is_words, node.body))
    return name not in HARMLESS


def _is_words(statement: ast.stmt) -> bool:
    """A docstring, or `config.addinivalue_line("markers", …)` with a literal."""
    if not isinstance(statement, ast.Expr):
        return False
    match statement.value:
        case ast.Constant():
            return True
        case ast.Call(func=ast.Attribute(attr="addinivalue_line"), args=[ast.Constant(value="markers"), told]):
            return isinstance(told, _LITERALS)
    return False


def _named(module: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    inner = {id(one) for function in ast.walk(module) if isinstance(function, _FUNCTIONS) for one in _own(function)}
    for node in ast.walk(module):
        for name in _names(node, is_local=id(node) in inner):
            if name.startswith(PREFIX):
                yield name, node


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """What stands in a function itself, where a name is its own, and not in a class or a function within."""
    ahead = list(ast.iter_child_nodes(function))
    while ahead:
        node = ahead.pop()
        yield node
        if not isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            ahead += ast.iter_child_nodes(node)


def _names(node: ast.AST, *, is_local: bool) -> Iterator[str]:
    match node:
        case (
            ast.FunctionDef(name=name, decorator_list=decorators)
            | ast.AsyncFunctionDef(name=name, decorator_list=decorators)
        ):
            yield name
            for decorator in decorators:
                yield from _specified(decorator)
        case ast.Assign(targets=targets, value=value) if not is_local:
            for target in targets:
                yield from _stored(target, value)
        case ast.AnnAssign(target=target, value=value) if not is_local and value is not None:
            yield from _stored(target, value)
        case ast.Assign(targets=targets):
            for target in targets:
                if not isinstance(target, ast.Name):
                    yield from _stored(target, None)
        case ast.Import(names=names) | ast.ImportFrom(names=names) if not is_local:
            yield from (one.asname or one.name for one in names)
        case ast.Call():
            yield from _handed(node)


def _stored(target: ast.expr, value: ast.expr | None) -> Iterator[str]:
    """`x = …`, `plugin.x = …`, `globals()["x"] = …`. A literal can't be called: only `pytest_plugins` may be one."""
    match target:
        case ast.Name(id=name) if name == "pytest_plugins" or not isinstance(value, _LITERALS):
            yield name
        case ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            yield name
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            for one in targets:
                yield from _stored(one, None)


def _specified(decorator: ast.expr) -> Iterator[str]:
    """`@pytest.hookimpl(specname="…")`: a hook whatever the function is called."""
    if isinstance(decorator, ast.Call):
        for one in decorator.keywords:
            if one.arg == "specname":
                yield str(one.value.value) if isinstance(one.value, ast.Constant) else PREFIX


def _handed(call: ast.Call) -> Iterator[str]:
    """`setattr(plugin, "x", …)`, `type("Plugin", (), {"x": …})`, `SimpleNamespace(x=…)`."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name in ("setattr", "type"):
        for argument in call.args:
            keys = argument.keys if isinstance(argument, ast.Dict) else [argument]
            yield from (one.value for one in keys if isinstance(one, ast.Constant) and isinstance(one.value, str))
    elif name == "SimpleNamespace":
        yield from (one.arg for one in call.keywords if one.arg)
