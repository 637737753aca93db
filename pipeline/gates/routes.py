"""The routes in the code, in the promise and in the templates: the same ones, or one of the three is wrong.

The code's are read where they are written, as `Route("getProduct", "GET", "/v1/products/{sku}", …)` below
`api/handlers`, without running it. The templates' are looked at where the source has been synthesized.
"""

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.gates.breaking import PROMISE
from pipeline.gates.context import Context, GateBroke
from pipeline.gates.openapi.lines import line_of
from pipeline.gates.openapi.node import Json, Mapped, join, mapped
from pipeline.gates.openapi.operations import METHODS
from pipeline.gates.openapi.reading import parsed
from pipeline.gates.part import Part
from pipeline.record.verdict import Finding

HANDLERS = Path("api/handlers")
ROUTE = "Route"
ASKED_FIRST = "OPTIONS"
"""The method by which browsers ask whether they may call: the gateway answers, and nobody promises it."""
QUEUED = "x-queue"
"""Where the promise says that an operation goes to a worker's queue: no function answers it."""
API, RESOURCE, METHOD = (f"AWS::ApiGateway::{kind}" for kind in ("RestApi", "Resource", "Method"))

type Places = Mapping[str, str]
"""Routes as `GET /v1/products`, and where each is said, as `file:line`."""


def check(context: Context) -> Part:
    """Every route that is not in all of them; `checked` counts the routes of code and promise."""
    coded, unreadable = coded_in(context.root)
    promised, queued = promised_in(context.root)
    answered = {route: where for route, where in promised.items() if route not in queued}
    findings = [*unreadable]
    findings += told(coded, promised, "is answered and not promised", f"promise it in {PROMISE}, or take it away")
    if not unreadable:
        findings += told(answered, coded, "is promised and no function answers it", f"give it a {ROUTE} in {HANDLERS}")
    findings += [finding for found in _templates(context) for finding in _unlike(promised, *found)]
    return Part("routes", len({*coded, *promised}), "routes", tuple(findings))


def told(these: Places, others: Mapping[str, object], what: str, fix: str) -> list[Finding]:
    """A finding for each of `these` that is not among the others."""
    return [Finding(where, f"{route} {what}", fix) for route, where in these.items() if route not in others]


def coded_in(root: Path) -> tuple[Places, tuple[Finding, ...]]:
    """The routes that functions answer, and the places where a route can't be read without running the code."""
    found: dict[str, str] = {}
    unreadable: list[Finding] = []
    for file in sorted((root / HANDLERS).glob("**/*.py")):
        name = file.relative_to(root).as_posix()
        try:
            tree = ast.parse(file.read_bytes())
        except (SyntaxError, ValueError) as problem:
            unreadable.append(Finding(f"{name}:{getattr(problem, 'lineno', None) or 1}", f"no Python: {problem}"))
            continue
        for call in _calls(tree):
            where = f"{name}:{call.lineno}"
            route = _written(call)
            if route is None:
                fix = "write its method and path as they are"
                unreadable.append(Finding(where, "a route that can't be compared with the promise", fix))
            else:
                found[route] = where
    return found, tuple(unreadable)


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    """The calls that make a route, or another one of it, under whatever name it was imported."""
    imports = [alias for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names]
    names = {ROUTE, *(alias.asname for alias in imports if alias.asname and alias.name == ROUTE)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            made = node.func.value if isinstance(node.func, ast.Subscript) else node.func
            if getattr(made, "id", None) in names or getattr(made, "attr", None) == ROUTE or _passed_on(node, names):
                yield node


def _passed_on(call: ast.Call, names: set[str]) -> bool:
    """Whether a route's class is handed to something that will call it, as `partial` and `map` do."""
    asks = getattr(call.func, "id", None) in ("isinstance", "issubclass", "cast")
    return not asks and any(isinstance(given, ast.Name) and given.id in names for given in call.args)


def _written(call: ast.Call) -> str | None:
    """The route of a call whose second and third argument, or `method` and `path`, are literal; else None."""
    given = dict(zip(("operation", "method", "path"), call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    match given.get("method"), given.get("path"):
        case ast.Constant(str(method)), ast.Constant(str(path)):
            return f"{method} {path}"
    return None


def promised_in(root: Path) -> tuple[Places, frozenset[str]]:
    """The routes of the OpenAPI document, and those of them that go to a queue; none where it is gone or unreadable.

    That is told by who compares it with the base release, and here by every route that is not promised.
    """
    try:
        text = (root / PROMISE).read_text(encoding="utf-8")
        paths = mapped(mapped(parsed(root / PROMISE)).get("paths"))
    except (GateBroke, OSError, UnicodeDecodeError):
        return {}, frozenset()
    operations = {
        f"{method.upper()} {path}": (join("/paths", path, method), mapped(operation))
        for path, item in paths.items()
        for method, operation in mapped(item).items()
        if method in METHODS and method.upper() != ASKED_FIRST
    }
    where = {route: f"{PROMISE}:{line_of(text, pointer)}" for route, (pointer, _) in operations.items()}
    return where, frozenset(route for route, (_, operation) in operations.items() if QUEUED in operation)


def _unlike(promised: Places, name: str, routes: frozenset[str]) -> list[Finding]:
    again = "synthesize again (scripts/slipway synth), then ask again"
    missing = [f"{route} is promised and leads nowhere" for route in sorted({*promised} - routes)]
    more = [f"{route} leads somewhere and is not promised" for route in sorted(routes - {*promised})]
    return [Finding(name, what, again) for what in (*missing, *more)]


def _templates(context: Context) -> Iterator[tuple[str, frozenset[str]]]:
    """The templates with an API, by their place in the assembly, and its routes; none before a synthesis."""
    for file in sorted(context.assembly.rglob("*.template.json")):
        try:
            resources = mapped(mapped(json.loads(file.read_text(encoding="utf-8"))).get("Resources"))
        except (OSError, ValueError) as problem:
            raise GateBroke(f"{file} can't be read: {problem}; {context.assembly} is half written?") from problem
        if any(mapped(each).get("Type") == API for each in resources.values()):
            yield file.relative_to(context.assembly).as_posix(), frozenset(routes_in(resources))


def routes_in(resources: Mapped) -> Iterator[str]:
    """The routes of a template's resources. What is no resource of its own above a path is the API's root."""
    for resource in map(mapped, resources.values()):
        properties = mapped(resource.get("Properties"))
        if resource.get("Type") == METHOD and properties.get("HttpMethod") != ASKED_FIRST:
            yield f"{properties.get('HttpMethod')} {_path(resources, properties.get('ResourceId'))}"


def _path(resources: Mapped, place: Json) -> str:
    parts: list[str] = []
    while (above := mapped(resources.get(str(mapped(place).get("Ref"))))).get("Type") == RESOURCE:
        properties = mapped(above.get("Properties"))
        parts.insert(0, str(properties.get("PathPart")))
        place = properties.get("ParentId")
    return f"/{'/'.join(parts)}"
