"""Every file of `rules/` is a rule, has a test of its own, and says what it must of itself."""

import re
from pathlib import Path
from types import ModuleType

import pytest

from pipeline.gates.context import GateBroke
from pipeline.gates.guard import registry, rules, table
from pipeline.gates.guard.registry import all_rules, rule
from pipeline.gates.guard.rule import Rule
from pipeline.gates.guard.table import table as made

RULES = Path(rules.__path__[0])
FILES = sorted(file.stem for file in RULES.glob("*.py") if file.stem != "__init__")
TESTS = Path(__file__).parent / "rules"
EACH = pytest.mark.parametrize("each", all_rules(), ids=lambda each: each.id)


def test_every_file_is_a_rule_and_every_rule_a_file() -> None:
    assert [each.id for each in all_rules()] == FILES
    assert [path for path in RULES.iterdir() if path.is_dir() and path.name != "__pycache__"] == []


def test_every_rule_has_a_test_and_every_test_a_rule() -> None:
    assert sorted(file.stem.removeprefix("test_") for file in TESTS.glob("test_*.py")) == FILES


@EACH
def test_a_rule_says_what_why_how_to_mend_it_and_what_it_models(each: Rule) -> None:
    about = each.about
    for said in (about.what, about.why, about.fix):
        assert len(said.split()) >= 4
        assert "\n" not in said
        assert not said.endswith(".")  # findings join them to sentences
    assert about.what[0].isupper()
    assert re.match(r"[A-Z]+\d+\b|[A-Z]", about.models)


@EACH
def test_a_rule_is_called_by_plain_words(each: Rule) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", each.id)


def test_the_table_of_rules_is_current() -> None:
    assert table.FILE.read_text() == made(), "the rules have changed: run scripts/fix"


def test_a_rule_that_is_not_there_is_told() -> None:
    with pytest.raises(GateBroke, match="no rule 'taste'"):
        rule("taste")


def test_a_file_that_is_no_rule_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "import_module", ModuleType)
    with pytest.raises(GateBroke, match=r"rules/taste\.py is no rule"):
        registry._rule("taste")
