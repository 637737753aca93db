"""The rules as a table for people: `RULES.md`, written from the rules themselves. Pure."""

from collections.abc import Iterable

from pipeline.gates.workflow.rule import Rule

_HEAD = """# Rules of the gate `workflow`

Written from `rules/`, one file per rule; a test keeps it so (`SLIPWAY_UPDATE_GOLDEN=1 pytest
tests/unit/pipeline/gates/workflow/test_table.py` writes it anew). A finding begins with its rule's name, which a waiver
in `pipeline/gates/waivers.toml` names (`tool = "workflow"`). A waiver counts once the base release has it: no change
excuses itself. Rules marked Δ compare with the base release.

| rule | forbids | why | what to do | models |
|---|---|---|---|---|
"""


def render(rules: Iterable[Rule]) -> str:
    """The whole document."""
    return _HEAD + "".join(f"{_row(rule)}\n" for rule in rules)


def _row(rule: Rule) -> str:
    name = f"`{rule.id}`{' Δ' if rule.against_base else ''}"
    return f"| {' | '.join(_cell(text) for text in (name, rule.what, rule.why, rule.fix, rule.models))} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
