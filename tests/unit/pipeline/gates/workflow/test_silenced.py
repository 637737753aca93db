"""Comments that let a whole file, a class or a block of functions be."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from pipeline.gates.workflow.rule import Look
from pipeline.gates.workflow.rules import file_is_let_be
from tests.unit.pipeline.gates.workflow.world import made, product, texts
from tests.unit.pipeline.gates.world import TODAY

FILE, OTHER = "api/adapters/jwt.py", "api/adapters/tokens.py"
CODE = '"""Tokens."""\n\nimport json\n\n\nclass Token:\n    def read(self): ...\n'


def found(now: Mapping[str, str], base: Mapping[str, str]) -> list[str]:
    look = Look(replace(made(texts()), code=now), replace(made(texts()), code=base), TODAY)
    assert all(one.severity == "high" for one in file_is_let_be.RULE.findings(look))
    return [one.where for one in file_is_let_be.RULE.findings(look)]


@pytest.mark.parametrize(
    "comment",
    [
        "# ruff: noqa",
        "#ruff:noqa",
        "# RUFF: NOQA: S105, S106",
        "# a reason  # ruff: noqa",
        "# flake8: noqa",
        "# ruff: disable[S105]",
        "# ruff: file-ignore[S105]",
        "# mypy: ignore-errors",
        "# mypy: disable-error-code=arg-type",
        "# mypy: allow-untyped-defs, no-strict-optional",
        "# isort: skip_file",
        "# pyright: basic",
        "# pylint: skip-file",
        "# coverage: ignore file",
        "# pragma: exclude file",
    ],
)
@pytest.mark.parametrize("place", ["import json\n", "class Token"])
def test_a_comment_for_the_whole_file_is_refused_wherever_it_stands(comment: str, place: str) -> None:
    now = CODE.replace(place, f"{comment}\n{place}")
    assert found({FILE: now}, {FILE: CODE}) == [f"{FILE}:{now.splitlines().index(comment) + 1}"]
    assert found({FILE: now}, {FILE: now}) == []
    assert found({OTHER: now}, {FILE: now}) == []


def test_types_that_are_ignored_before_the_first_statement_are_those_of_the_file() -> None:
    assert found({FILE: "# type: ignore\n" + CODE}, {FILE: CODE}) == [f"{FILE}:1"]
    assert found({FILE: "# type: ignore[misc]\n" + CODE}, {}) == [f"{FILE}:1"]
    assert found({FILE: CODE.replace("import json", "import json  # type: ignore")}, {FILE: CODE}) == []


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("class Token:  # pragma: no cover\n    x = 1\n", 1),
        ("@final  # pragma: no cover\nclass Token:\n    x = 1\n", 1),
        ("class Token(\n    Base,\n):  # PRAGMA: NO COVER\n    x = 1\n", 3),
        ("if True:  # pragma: no cover\n    def read(): ...\n", 1),
        ("if a:\n    x = 1\nelse:  # pragma: no cover\n    def read(): ...\n", 3),
        ("try:\n    x = 1\nexcept E:  # pragma: no cover\n    class A: ...\n", 3),
        ("with a:  # pragma: no cover\n    if b:\n        def read(): ...\n", 1),
        ("@typing.no_type_check\ndef read(): ...\n", 1),
        ("@no_type_check\nclass Token: ...\n", 1),
    ],
)
def test_a_class_or_a_block_of_functions_that_is_let_be_is_refused(source: str, line: int) -> None:
    assert found({FILE: source}, {FILE: CODE}) == [f"{FILE}:{line}"]


@pytest.mark.parametrize(
    "source",
    [
        "x = 1  # noqa: S105\n",
        "import x  # type: ignore[import-untyped]\n",
        "def main():  # pragma: no cover\n    ...\n",
        "if TYPE_CHECKING:  # pragma: no cover\n    import json\n",
        "try:\n    import json\nexcept ImportError:  # pragma: no cover\n    json = None\n",
        "class Token:\n    def read(self):  # pragma: no cover\n        ...\n",
        'TEXT = "# ruff: noqa"\n',
        '"""No # mypy: ignore-errors here."""\n',
        "# ruff finds nothing here, and mypy neither\n",
        "# fmt: off\nx = 1\n# fmt: on\n",
        "def (  # ruff: noqa\n",
        "",
    ],
)
def test_what_is_let_be_at_its_own_line_is_another_rule_s(source: str) -> None:
    assert found({FILE: source}, {FILE: CODE}) == []


def test_one_more_of_the_same_is_a_new_one() -> None:
    silenced = "# ruff: noqa\n" + CODE
    assert found({FILE: silenced, OTHER: silenced}, {FILE: silenced}) == [f"{OTHER}:1"]
    assert found({FILE: silenced, OTHER: CODE}, {FILE: CODE, OTHER: silenced}) == [f"{FILE}:1"]


def test_without_a_base_there_is_nothing_to_compare() -> None:
    assert list(file_is_let_be.RULE.findings(Look(product(), None, TODAY))) == []
