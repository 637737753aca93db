"""Mypy itself, over a package of three lines: what it says must arrive, in whatever form it says it."""

from pathlib import Path

import pytest

from pipeline.gates.context import GateBroke
from pipeline.gates.tools import mypy
from tests.unit.pipeline.gates.world import Toolbox, context, put

SETTINGS = '[tool.mypy]\nstrict = true\npackages = ["thing"]\n'


def source(root: Path, text: str) -> Path:
    return put(root, pyproject_dot_toml=SETTINGS, thing__one_dot_py=text)


def test_a_type_error_is_found_at_its_line(tmp_path: Path) -> None:
    part = mypy.check(context(source(tmp_path, 'ONE: int = 1\nTWO: int = "2"\n')))
    (finding,) = part.findings
    assert finding.where == "thing/one.py:2"
    assert finding.what.startswith("Incompatible types in assignment")
    assert part.checked


def test_a_source_that_is_no_python_is_the_change_s_fault(tmp_path: Path) -> None:
    part = mypy.check(context(source(tmp_path, "def (:\n")))
    assert part.findings[0].where == "thing/one.py:1"


def test_a_good_source_has_no_findings(tmp_path: Path) -> None:
    part = mypy.check(context(source(tmp_path, "ONE: int = 1\n")))
    assert part.findings == ()
    assert part.checked


@pytest.mark.parametrize("place", ["a.py:3", "a.py:3:1", "a.py:3:1:3:9"])
def test_an_error_is_read_however_closely_its_place_is_told(place: str) -> None:
    (finding,) = mypy.findings_in(f"{place}: error: no\n{place}: note: because\n")
    assert (finding.where, finding.what, finding.fix) == ("a.py:3", "no", "because")


def test_an_error_that_can_t_be_read_is_never_a_pass(tmp_path: Path, tools: Toolbox) -> None:
    tools.say("mypy", out="a.py (3) oh no\nFound 1 error in 1 file (checked 9 source files)", code=1)
    with pytest.raises(GateBroke, match=r"mypy stopped: a\.py"):
        mypy.check(context(tmp_path))
