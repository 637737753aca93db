"""The linters and the tests are as strict as in the base release: `[tool.…]` of pyproject.toml."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.gates.workflow.asking import lines_with, settings_in
from pipeline.gates.workflow.rule import Found, Look, Rule

FILE = "pyproject.toml"
KEPT = (
    ("ruff.lint", "select"),
    ("ruff.lint", "extend-select"),
    ("mypy", "packages"),
    ("mypy", "enable_error_code"),
    ("coverage.run", "source"),
    ("importlinter", "root_packages"),
)
"""Lists that may not lose what they held."""
HELD = (
    ("mypy", "strict"),
    ("mypy", "warn_unreachable"),
    ("pytest.ini_options", "xfail_strict"),
    ("coverage.run", "branch"),
    ("importlinter", "include_external_packages"),
)
"""What is true and stays so."""


def _check(look: Look) -> Iterator[Found]:
    if look.base is None:
        return
    text = look.now.texts.get(FILE, "")
    old, new = (settings_in(one).get("tool", {}) for one in (look.base.texts.get(FILE, ""), text))
    for table, name in KEPT:
        lost = [one for one in _at(old, table).get(name, ()) if one not in _at(new, table).get(name, ())]
        if lost:
            yield Found(
                f"{FILE}:{lines_with(text, name)}", f"[tool.{table}] {name} has lost {', '.join(map(str, lost))}"
            )
    for table, name in HELD:
        if _at(old, table).get(name) is True and _at(new, table).get(name) is not True:
            yield Found(f"{FILE}:{lines_with(text, name)}", f"[tool.{table}] {name} is true no more")
    yield from _lost_options(old, new, text)
    yield from _contracts(old, new)
    yield from _ignored(old, new, text)


def _lost_options(old: Mapping[str, Any], new: Mapping[str, Any], text: str) -> Iterator[Found]:
    """Strictness that pytest is asked for by its options."""
    before, after = (str(_at(one, "pytest.ini_options").get("addopts", "")) for one in (old, new))
    for option in ("--strict-markers", "--strict-config"):
        if option in before and option not in after:
            yield Found(f"{FILE}:{lines_with(text, 'addopts')}", f"pytest's addopts have lost {option}")


def _contracts(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Found]:
    kept = {one.get("id") for one in _at(new, "importlinter").get("contracts", ())}
    for one in _at(old, "importlinter").get("contracts", ()):
        if one.get("id") not in kept:
            yield Found(f"{FILE}:1", f"the contract {one.get('id')!r} of import-linter is gone: {one.get('name')}")


def _ignored(old: Mapping[str, Any], new: Mapping[str, Any], text: str) -> Iterator[Found]:
    """mypy's overrides that let errors be."""
    known = _at(old, "mypy").get("overrides", ())
    for one in _at(new, "mypy").get("overrides", ()):
        if one not in known and (one.get("ignore_errors") is True or one.get("follow_imports") == "skip"):
            yield Found(f"{FILE}:{lines_with(text, 'ignore_errors')}", f"mypy lets {one.get('module')} be")


def _at(tool: Mapping[str, Any], table: str) -> Mapping[str, Any]:
    found: Any = tool
    for part in table.split("."):
        found = found.get(part, {}) if isinstance(found, Mapping) else {}
    return found if isinstance(found, Mapping) else {}


RULE = Rule(
    id="settings-are-weaker",
    what="a rule of ruff, a contract of import-linter or a source of coverage that is gone, mypy or pytest less strict",
    why="a finding that is not asked for is not found, and `lint` is green",
    fix="bring it back; where less is right, waive this first, in a change of its own, with the reason",
    models="W22",
    check=_check,
    against_base=True,
)
