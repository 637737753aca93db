"""How many examples Hypothesis makes, read from the source of tests without running it. Pure.

A property that is tried with the examples that are written down, or with three, holds nothing. What its settings say is
read where it is written down; a setting that only a run would tell is nobody's to judge, and told as such.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

HANDFUL = 10
"""Fewer examples than this are none."""
USUAL: Mapping[str, int] = {"max_examples": 100, "stateful_step_count": 50}
"""What Hypothesis takes where nobody says a number."""
PHASES = frozenset({"explicit", "generate"})
"""The phases that try examples: those that are written down, and those that are made."""
_OWN_PROFILES = frozenset({"ci", "default"})
"""Profiles that Hypothesis brings and that make as many examples as it usually does."""
_REPRODUCES = "reproduce_failure"
_DECORATED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Tried:
    """What one place says: a profile, or the settings of a function.

    `numbers` are those that it says (None: only a run tells); `wrong` is what is wrong whatever the base release says.
    """

    place: str
    line: int
    numbers: Mapping[str, int | None] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()

    def number(self, name: str) -> int | None:
        """How many it says, or what Hypothesis takes."""
        return self.numbers.get(name, USUAL[name])


@cache
def tried_in(source: str) -> Mapping[str, Tried]:
    """The places of the source that say how many examples are made, and all of its functions."""
    module = module_of(source)
    return {} if module is None else _Reader(module).places()


def module_of(source: str) -> ast.Module | None:
    """The tree of a source that speaks of Hypothesis; None for another, and for what is no Python, as `lint` tells."""
    if "hypothesis" not in source:
        return None
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return None


class _Reader:
    def __init__(self, module: ast.Module) -> None:
        self.module = module
        self.known = {
            one.asname or one.name: one.name
            for node in ast.walk(module)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("hypothesis")
            for one in node.names
        }
        self.modules = {
            one.asname or one.name
            for node in ast.walk(module)
            if isinstance(node, ast.Import)
            for one in node.names
            if one.name == "hypothesis"
        }
        self.numbers = {
            target.id: node.value.value
            for node in module.body
            if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, int)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        self.profiles: set[str] = set()

    def places(self) -> Mapping[str, Tried]:
        """By the name of each place; settings that belong to no function go by the line that they stand in."""
        found = {one.place: one for one in self._functions()}
        seen = {id(call) for one in ast.walk(self.module) for call in self._settings_of(one)}
        calls = [one for one in ast.walk(self.module) if isinstance(one, ast.Call) and id(one) not in seen]
        self.profiles = {str(_first(one)) for one in calls if self._called(one) == "settings.register_profile"}
        for call in calls:
            if (told := self._call(call)) is not None:
                found[told.place] = told
        return found

    def _functions(self) -> Iterator[Tried]:
        for node in ast.walk(self.module):
            if isinstance(node, _DECORATED):
                calls = list(self._settings_of(node))
                numbers = {name: number for call in calls for name, number in self._numbers(call)}
                wrong = [told for call in calls for told in self._wrong(call)]
                names = [self._named(one.func if isinstance(one, ast.Call) else one) for one in node.decorator_list]
                if _REPRODUCES in names:
                    wrong.append("one failure is reproduced, and nothing else tried")
                yield Tried(node.name, node.lineno, numbers, tuple(wrong))

    def _settings_of(self, node: ast.AST) -> Iterator[ast.Call]:
        decorators = node.decorator_list if isinstance(node, _DECORATED) else []
        return (one for one in decorators if isinstance(one, ast.Call) and self._called(one) == "settings")

    def _call(self, call: ast.Call) -> Tried | None:
        """Profiles that are registered or loaded, and settings that are made for whoever takes them."""
        name = self._called(call)
        if name == "settings.load_profile":
            profile = _first(call)
            wrong = () if profile in self.profiles | _OWN_PROFILES else ("it is registered where nobody sees it",)
            return Tried(f"the loaded profile {profile}", call.lineno, wrong=wrong)
        is_partial = any(self._named(one) == "settings" for one in call.args)
        if name in ("settings", "settings.register_profile") or is_partial:
            place = f"the profile {_first(call)}" if name.endswith("_profile") else ast.unparse(call)[:60]
            return Tried(place, call.lineno, dict(self._numbers(call)), tuple(self._wrong(call)))
        return None

    def _called(self, call: ast.Call) -> str:
        return self._named(call.func)

    def _named(self, node: ast.expr) -> str:
        """What Hypothesis calls it: `settings`, `settings.load_profile`; empty for what is not Hypothesis's."""
        names = ast.unparse(node).split(".") if isinstance(node, (ast.Name, ast.Attribute)) else [""]
        if names[0] in self.modules:
            return ".".join(names[1:])
        return ".".join((self.known[names[0]], *names[1:])) if names[0] in self.known else ""

    def _numbers(self, call: ast.Call) -> Iterator[tuple[str, int | None]]:
        for one in call.keywords:
            if one.arg and one.arg in USUAL:
                match one.value:
                    case ast.Constant(value=int(number)):
                        yield one.arg, number
                    case ast.Name(id=name):
                        yield one.arg, self.numbers.get(name)
                    case _:
                        yield one.arg, None

    def _wrong(self, call: ast.Call) -> Iterator[str]:
        for one in call.keywords:
            if one.arg is None:
                yield f"what **{ast.unparse(one.value)} sets is not written down"
            elif one.arg == "phases" and (lost := self._phases_lost(one.value)):
                yield f"its phases leave out {' and '.join(sorted(lost))}"
        for name, number in self._numbers(call):
            if number is None:
                yield f"{name} is not written down"
            elif name == "max_examples" and number < HANDFUL:
                yield f"it makes {number} examples"

    def _phases_lost(self, node: ast.expr) -> frozenset[str]:
        """The phases that a literal list does not hold; all of them, where it can't be read."""
        if any(self._named(one) == "Phase" for one in (node, *_within(node))):
            return frozenset()
        elements = node.elts if isinstance(node, (ast.List, ast.Set, ast.Tuple)) else []
        return PHASES - {self._named(one).removeprefix("Phase.") for one in elements}


def _within(node: ast.expr) -> list[ast.expr]:
    """`list(Phase)`, `[*Phase]`: what it is made of, one step down."""
    if isinstance(node, ast.Call):
        return node.args
    return [one.value for one in getattr(node, "elts", ()) if isinstance(one, ast.Starred)]


def _first(call: ast.Call) -> object:
    """The literal that a call begins with; the text of what is none."""
    named = [*call.args[:1], *(one.value for one in call.keywords if one.arg == "name")]
    if not named:
        return ""
    return named[0].value if isinstance(named[0], ast.Constant) else f"<{ast.unparse(named[0])}>"
