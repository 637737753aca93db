"""The linters and the tests are as strict as in the base release: `[tool.…]` of pyproject.toml."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.gates.workflow.asking import lines_with, settings_in, table_of
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
OF_CONTRACTS = ("source_modules", "forbidden_modules", "modules", "containers", "layers")
"""Lists of a contract between modules that may not lose what they held."""


def _check(look: Look) -> Iterator[Found]:
    if look.base is None:
        return
    text = look.now.texts.get(FILE, "")
    old, new = (settings_in(one).get("tool", {}) for one in (look.base.texts.get(FILE, ""), text))
    for table, name in KEPT:
        lost = [one for one in table_of(old, table).get(name, ()) if one not in table_of(new, table).get(name, ())]
        if lost:
            yield Found(
                f"{FILE}:{lines_with(text, name)}", f"[tool.{table}] {name} has lost {', '.join(map(str, lost))}"
            )
    for table, name in HELD:
        if table_of(old, table).get(name) is True and table_of(new, table).get(name) is not True:
            yield Found(f"{FILE}:{lines_with(text, name)}", f"[tool.{table}] {name} is true no more")
    yield from _lost_options(old, new, text)
    yield from _contracts(old, new)


def _lost_options(old: Mapping[str, Any], new: Mapping[str, Any], text: str) -> Iterator[Found]:
    """Strictness that pytest is asked for by its options."""
    before, after = (str(table_of(one, "pytest.ini_options").get("addopts", "")) for one in (old, new))
    for option in ("--strict-markers", "--strict-config"):
        if option in before and option not in after:
            yield Found(f"{FILE}:{lines_with(text, 'addopts')}", f"pytest's addopts have lost {option}")


def _contracts(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Found]:
    """Contracts of import-linter that are gone, look at less, forbid less or are no longer exhaustive."""
    kept = {one.get("id"): one for one in table_of(new, "importlinter").get("contracts", ())}
    for one in table_of(old, "importlinter").get("contracts", ()):
        told, now = f"the contract {one.get('id')!r} of import-linter", kept.get(one.get("id"))
        if now is None:
            yield Found(f"{FILE}:1", f"{told} is gone: {one.get('name')}")
            continue
        for name in OF_CONTRACTS:
            lost = [each for each in one.get(name, ()) if each not in now.get(name, ())]
            if lost:
                yield Found(f"{FILE}:1", f"{told}: {name} has lost {', '.join(map(str, lost))}")
        if one.get("type") != now.get("type"):
            yield Found(f"{FILE}:1", f"{told} is {now.get('type')}, and {one.get('type')} in the base release")
        before = [each for each in one.get("layers", ()) if each in now.get("layers", ())]
        if before != [each for each in now.get("layers", ()) if each in before]:
            yield Found(f"{FILE}:1", f"{told}: its layers stand in another order")
        if one.get("exhaustive") is True and now.get("exhaustive") is not True:
            yield Found(f"{FILE}:1", f"{told} is exhaustive no more")


RULE = Rule(
    id="settings-are-weaker",
    what="a rule of ruff, a contract of import-linter or a source of coverage that is gone, mypy or pytest less strict",
    why="a finding that is not asked for is not found, and `lint` is green",
    fix="bring it back; where less is right, waive this first, in a change of its own, with the reason",
    models="W22",
    check=_check,
    against_base=True,
)
