"""RULES.md is what the rules say, and every file of rules is asked."""

import os
from pathlib import Path

from pipeline.gates.workflow import rules
from pipeline.gates.workflow.rules import RULES
from pipeline.gates.workflow.table import render

FOLDER = Path(rules.__file__).parent
TABLE = FOLDER.parent / "RULES.md"


def test_the_table_is_that_of_the_rules() -> None:
    if os.environ.get("SLIPWAY_UPDATE_GOLDEN"):
        TABLE.write_text(render(RULES))
    assert TABLE.read_text() == render(RULES), "write it anew: see the head of RULES.md"


def test_every_file_is_a_rule_of_its_name_and_is_asked() -> None:
    files = {path.stem.replace("_", "-") for path in FOLDER.glob("*.py") if path.stem != "__init__"}
    assert [rule.id for rule in RULES] == list(dict.fromkeys(rule.id for rule in RULES))
    assert {rule.id for rule in RULES} == files


def test_every_rule_says_what_why_how_and_what_it_models() -> None:
    for rule in RULES:
        assert all(len(text.split()) > 1 for text in (rule.what, rule.why, rule.fix)), rule.id
        assert rule.models, rule.id
