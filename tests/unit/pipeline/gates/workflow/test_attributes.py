"""What `.gitattributes` tells of a file, and that it hides no change from who must agree."""

import pytest

from pipeline.gates.workflow.attributes import attributes_in
from tests.unit.pipeline.gates.workflow.world import findings, rules_against, texts

FILE = ".gitattributes"


def told(path: str, **files: str) -> dict[str, str]:
    return {name: one.value for name, one in attributes_in(files).of(path).items()}


def test_the_last_line_that_matches_decides_over_an_attribute() -> None:
    text = '# a comment\n\n* text=auto\n*.py -text diff=python\na/*.py !diff\n"a b.py" x\n'
    assert told("x", **{FILE: text}) == {"text": "auto"}
    assert told("b/x.py", **{FILE: text}) == {"text": "unset", "diff": "python"}
    assert told("a/x.py", **{FILE: text}) == {"text": "unset"}
    assert told("a b.py", **{FILE: text})["x"] == "set"


def test_a_file_further_down_decides_over_one_above() -> None:
    both = {"a/.gitattributes": "x.py -x\n", FILE: "*.py x\n"}
    assert (told("a/x.py", **both), told("b/x.py", **both)) == ({"x": "unset"}, {"x": "set"})


def test_a_macro_is_what_it_stands_for() -> None:
    text = "[attr]hidden -diff x=1\na hidden\nb binary\nc -hidden\n"
    assert told("a", **{FILE: text}) == {"hidden": "set", "diff": "unset", "x": "1"}
    assert told("b", **{FILE: text}) == {"binary": "set", "diff": "unset", "merge": "unset", "text": "unset"}
    assert told("c", **{FILE: text}) == {"hidden": "unset"}


@pytest.mark.parametrize(
    "line",
    ["pipeline/gates/** linguist-generated", ".github/** linguist-generated=true", "locks/** linguist-vendored",
     "*.py -diff", "*.toml binary", "scripts/* diff=nothing", "pipeline/plan/** merge=ours", "locks/** filter=lfs",
     "* linguist-generated\n* -linguist-vendored", "tests/**/test_*.py export-ignore", "api/**/*.py linguist-generated",
     "[attr]written -diff\n/pyproject.toml written", "contracts/** -merge", "CODEOWNERS linguist-generated"],
)  # fmt: skip
def test_no_change_of_what_is_owned_is_hidden(line: str) -> None:
    assert rules_against(texts(**{FILE: f"{line}\n"})) == {"review-is-folded"}


def test_a_file_in_the_folder_itself_hides_nothing_either() -> None:
    whole = texts(**{"pipeline/gates/.gitattributes": "* linguist-generated\n"})
    found = [one for one in findings(whole) if one.severity == "high"]
    assert [(one.where, "review-is-folded" in one.what) for one in found] == [("pipeline/gates/.gitattributes:1", True)]
    assert " more" in found[0].what


@pytest.mark.parametrize(
    "line",
    ["* text=auto", "* text=auto eol=lf", "*.py diff=python", "*.png binary", "api/openapi.json linguist-generated",
     "docs/** linguist-documentation", "*.py linguist-generated=false", "*.py -linguist-vendored diff merge",
     "pipeline/gates/** linguist-generated\npipeline/gates/** -linguist-generated", "*.py -ident", "*.sh eol=lf"],
)  # fmt: skip
def test_other_attributes_are_good(line: str) -> None:
    assert rules_against(texts(**{FILE: f"{line}\n"})) == set()


def test_what_the_base_release_had_is_known() -> None:
    before = texts(**{FILE: "locks/** linguist-generated\n"})
    assert rules_against(before, before) == set()
    assert rules_against(texts(**{FILE: "locks/** linguist-generated\ncontracts/** -diff\n"}), before) == {
        "review-is-folded"
    }
