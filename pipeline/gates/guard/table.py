"""The rules as a table for people: `python -m pipeline.gates.guard.table` writes RULES.md anew."""

from collections.abc import Iterator
from pathlib import Path

from pipeline.gates.guard.gate import by_kind
from pipeline.gates.guard.registry import all_rules

FILE = Path(__file__).parent / "RULES.md"
_HEAD = """# The rules of the guard

Made from the rules themselves by `scripts/fix`; each stands in `rules/<rule>.py`, and is tried by
`tests/unit/pipeline/gates/guard/rules/test_<rule>.py`. What the team lives with is in `pipeline/gates/waivers.toml`.
"""


def table() -> str:
    """The document: a table of what must hold, why, what to do and what it models, for each kind of rule."""
    return "\n".join((_HEAD, *_kinds()))


def _kinds() -> Iterator[str]:
    for kind, rules in by_kind(all_rules()).items():
        yield f"## {kind}\n\n| rule | holds | because | to mend it | models |\n|---|---|---|---|---|"
        for rule in rules:
            about = rule.about
            cells = (f"`{rule.id}`", about.what, about.why, about.fix, about.models)
            yield f"| {' | '.join(cell.replace('|', r'\|') for cell in cells)} |"
        yield ""


if __name__ == "__main__":
    FILE.write_text(table())
