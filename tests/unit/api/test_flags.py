"""What is on where nobody has said anything: each default is known, and whatever is new begins as off.

A release that turns a switch turns it for everybody at once (Knight Capital, 2012): it is turned where a stage's
settings are, in sight of whoever approves.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

SOURCE: Final = Path(__file__).parents[3] / "api"
OFF: Final = (None, "", "none", "off", "no", "false", "False", "0", 0, False)
VARIABLES: Final[Mapping[str, object]] = {
    "ALLOWED_ORIGINS": "",
    "AWS_ENDPOINT_URL": None,
    "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": None,
    "AWS_LAMBDA_FUNCTION_VERSION": None,
    "IMPORTER_QUEUE_URL": "",
    "MAIL_INSTEAD": "",
    "POWERTOOLS_SERVICE_NAME": "orders",
    "STAGE": "none",
    "STRICT_TRANSPORT_SECURITY": "",
    "TRACING": "none",
}
"""Variables that a function can do without, and what it takes in their place."""
ON: Final = frozenset({"Unavailable.asked"})
"""What is true unless somebody says otherwise: constants, and fields of classes."""


def variables(tree: ast.AST) -> Iterator[tuple[str, object]]:
    """Every variable that is asked for with `get` or `getenv`, and its default."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="get" | "getenv"), args=[ast.Constant(value=str(name)), *rest]):
                if name.isupper():
                    yield name, ast.literal_eval(rest[0]) if rest else None


def switched_on(tree: ast.Module) -> Iterator[str]:
    """Every constant of a module, or default of a class's field, that is true."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from (f"{node.name}.{name}" for name in _true(node.body))
    yield from _true(tree.body)


def _true(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=True)):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=True)):
                yield name


def trees() -> Iterator[ast.Module]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield ast.parse(path.read_text(encoding="utf-8"))


def wrong(found: Iterable[tuple[str, object]]) -> dict[str, object]:
    """The variables whose default is not the one that is known: off is as good as off, in whatever word."""
    return {name: default for name, default in found if not _as_known(name, default)}


def _as_known(name: str, default: object) -> bool:
    known = VARIABLES.get(name)
    return default == known or (default in OFF and known in OFF)


def test_a_variable_that_is_not_set_means_what_it_has_always_meant() -> None:
    found = [each for tree in trees() for each in variables(tree)]
    assert len({name for name, _ in found}) > 5
    assert wrong(found) == {}, "a new switch begins as off; one that is known keeps its default"


def test_nothing_is_switched_on_by_a_constant() -> None:
    assert {name for tree in trees() for name in switched_on(tree)} <= ON


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('os.environ.get("NEW", "on")', {"NEW": "on"}),
        ('os.getenv("NEW", "1")', {"NEW": "1"}),
        ('os.environ.get("NEW", "")', {}),
        ('os.environ.get("NEW")', {}),
        ('environment.get("TRACING", "xray")', {"TRACING": "xray"}),
        ('environment.get("TRACING", "none")', {}),
        ('environment.get("TRACING")', {}),
        ('environment.get("TRACING", "xray"), environment.get("TRACING", "none")', {"TRACING": "xray"}),
        ('environment.get("POWERTOOLS_SERVICE_NAME")', {"POWERTOOLS_SERVICE_NAME": None}),
        ('answer.get("Items", [1])', {}),
    ],
)
def test_a_switch_that_is_on_by_itself_is_seen(source: str, found: dict[str, object]) -> None:
    assert wrong(variables(ast.parse(source))) == found


@pytest.mark.parametrize("source", ["A = True", "A: Final = True", "class B:\n    A: bool = True"])
def test_a_constant_that_is_on_is_seen(source: str) -> None:
    assert [name.rpartition(".")[2] for name in switched_on(ast.parse(source))] == ["A"]
