"""Which rules there are: the files of `rules/`, so that none can be forgotten."""

import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module

from pipeline.gates.context import GateBroke
from pipeline.gates.guard import rules
from pipeline.gates.guard.rule import About, Looked, Rule
from pipeline.gates.guard.subject import Subject


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by id; GateBroke for a file that holds none."""
    return tuple(_rule(name) for name in sorted(module.name for module in pkgutil.iter_modules(rules.__path__)))


def rule(name: str) -> Rule:
    """The rule called `name`; GateBroke if there is none."""
    found = next((each for each in all_rules() if each.id == name), None)
    if found is None:
        raise GateBroke(f"no rule {name!r} in pipeline/gates/guard/rules")
    return found


def _rule(name: str) -> Rule:
    module = import_module(f"{rules.__name__}.{name}")
    about: object = getattr(module, "ABOUT", None)
    look: Callable[[Subject], Iterator[Looked]] | None = getattr(module, "look", None)
    if not isinstance(about, About) or look is None:
        raise GateBroke(f"pipeline/gates/guard/rules/{name}.py is no rule: it needs ABOUT and look(subject)")
    return Rule(name, about, look)
