"""The linters and the tests look at as much as in the base release: pyproject.toml excludes nothing more."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.gates.workflow.asking import lines_with, settings_in, table_of
from pipeline.gates.workflow.rule import Found, Look, Rule

FILE = "pyproject.toml"
LISTS = {
    "ruff": ("exclude", "extend-exclude"),
    "ruff.lint": ("ignore", "extend-ignore", "exclude"),
    "ruff.format": ("exclude",),
    "mypy": ("exclude", "disable_error_code"),
    "coverage.run": ("omit",),
    "coverage.report": ("omit", "exclude_lines", "exclude_also", "partial_branches", "partial_also"),
}
"""Lists that may not gain anything."""
BY_FILE = ("ruff.lint.per-file-ignores", "ruff.lint.extend-per-file-ignores")
OF_IMPORTS = frozenset({"contracts", "include_external_packages", "root_package", "root_packages"})
OF_CONTRACTS = frozenset(
    {"containers", "exhaustive", "forbidden_modules", "id", "layers", "modules", "name", "source_modules", "type"}
)
"""What import-linter is asked for, in all and in a contract: `settings-are-weaker` holds that. All else lets be, if it
is not `USUAL`: what import-linter does where nothing is said."""
USUAL = {
    "allow_indirect_imports": False,
    "as_packages": True,
    "exclude_type_checking_imports": False,
    "unmatched_ignore_imports_alerting": "error",
}
HARMLESS = frozenset({"module", "ignore_missing_imports"})
"""What an override of mypy may say: that a library has no types."""
LETTING = ("ignore_", "allow_", "implicit_", "skip_", "exclude_")
ASKING = ("warn_", "disallow_", "strict", "check_", "extra_checks", "local_partial_types")
"""How mypy's settings begin that let errors be when they are true, and those that do when they are false."""


def _check(look: Look) -> Iterator[Found]:
    if look.base is None:
        return
    text = look.now.texts.get(FILE, "")
    known = {(place, one) for place, let_be in _exclusions(look.base.texts.get(FILE, "")) for one in let_be}
    for place, let_be in _exclusions(text):  # a place may be told twice: two overrides may be of one module
        added = [one for one in let_be if (place, one) not in known]
        if added:
            yield Found(f"{FILE}:{_line(text, added[0], place)}", f"{place} lets be, newly, {', '.join(added)}")


def _line(text: str, added: str, place: str) -> int:
    """Where what was added stands; `True` and the like stand beside their name."""
    told = added.partition(" = ")[0]
    return lines_with(text, told if told in text else place.rpartition(" ")[2])


def _exclusions(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Whatever the settings let be, by the place where they do."""
    tool = settings_in(text).get("tool", {})
    for table, names in LISTS.items():
        yield from ((f"[tool.{table}] {name}", _texts(table_of(tool, table).get(name))) for name in names)
    for table in BY_FILE:
        yield from ((f"[tool.{table}] {name}", _texts(codes)) for name, codes in table_of(tool, table).items())
    linter = table_of(tool, "importlinter")
    yield from ((f"[tool.importlinter] {name}", told) for name, told in _letting(linter, OF_IMPORTS))
    for one in linter.get("contracts", ()):
        yield from ((f"the contract {one.get('id')!r}: {name}", told) for name, told in _letting(one, OF_CONTRACTS))
    mypy = table_of(tool, "mypy")
    yield "[tool.mypy]", tuple(name for name, value in mypy.items() if _lets(name, value))
    yield "[tool.mypy] follow_imports", tuple(one for one in _texts(mypy.get("follow_imports")) if one != "normal")
    for one in mypy.get("overrides", ()):
        yield f"mypy, of {', '.join(_texts(one.get('module')))}:", _overridden(one)


def _overridden(override: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"{name} = {value}" for name, value in override.items() if name not in HARMLESS)


def _letting(table: Mapping[str, Any], asking: frozenset[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a table says beside what it asks for, and otherwise than import-linter does by itself."""
    for name, value in table.items():
        if name not in asking and (name not in USUAL or str(value).lower() != str(USUAL[name]).lower()):
            yield name, _texts(value) or (str(value),)


def _lets(name: str, value: object) -> bool:
    return (name.startswith(LETTING) and value is True) or (name.startswith(ASKING) and value is False)


def _texts(told: object) -> tuple[str, ...]:
    if isinstance(told, list):
        return tuple(map(str, told))
    return (str(told),) if told else ()


RULE = Rule(
    id="exclusion-is-new",
    what="a rule, file or line that ruff, mypy, import-linter or coverage leaves out and did not in the base release",
    why="what is left out is not found: `lint` is green, and lines that nobody tests don't count against the floor",
    fix="mend what is found; where it must be let be, say so at the line (`noqa`, with a reason), or waive this first, "
    "in a change of its own",
    models="W16, W22",
    check=_check,
    against_base=True,
)
