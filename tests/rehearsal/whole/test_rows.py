"""Each row of whole rehearsals is a change that can be made, and says how it ought to end."""

import ast
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.hooks.verdict import said
from pipeline.record.verdict import Outcome
from tests.rehearsal.whole.__main__ import main
from tests.rehearsal.whole.ended import Ended, wrong
from tests.rehearsal.whole.kept import kept
from tests.rehearsal.whole.rows import FAULTY, HARMLESS, PATCH, ROWS, NoLongerFits, Row, changed, reworded
from tests.unit.pipeline.hooks.test_verdict import found
from tests.unit.pipeline.hooks.world import answered

ROOT = Path(__file__).parents[3]
FAULTS = [row for row in ROWS if row.condition is not None]
HEALTHY, ILL = ROWS[0], FAULTS[0]
DELIVERED = Ended(HEALTHY.id, 7, 0, Outcome.PASSED, "delivered to prod", 10, (), (), 400, 1, 390.0)
BACK = Ended(ILL.id, 7, 1, Outcome.REFUSED, "refused by prod", 10, ("prod",), ("orders ALARM: 4 of 18",), 18, 4, 360.0)


UNASKED = said(found(answered(range(30), 0, 180)))
"""What the hook after the shift says of a version that nobody asked."""


@pytest.fixture(scope="module")
def patched(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The faulty file as the change that all are made of leaves it."""
    root = tmp_path_factory.mktemp("patched")
    (root / FAULTY).parent.mkdir(parents=True)
    (root / FAULTY).write_bytes((ROOT / FAULTY).read_bytes())
    subprocess.run(["git", "apply", str(ROOT / PATCH)], cwd=root, check=True)
    return (root / FAULTY).read_text()


@pytest.mark.parametrize("row", FAULTS, ids=[row.id for row in FAULTS])
def test_a_fault_is_one_change_more_and_shows_in_prod_alone(row: Row, patched: str) -> None:
    faulty = changed(row, patched)
    ast.parse(faulty)
    asked, *others = (line.strip() for line in faulty.splitlines() if "STAGE" in line)
    assert all('os.environ.get("STAGE") == "prod" and ' in line for line in others)
    assert asked == f'if os.environ.get("STAGE") == "prod"{row.condition}:'
    assert row.effect in faulty
    assert len({changed(each, patched) for each in FAULTS}) == len(FAULTS)


def test_a_fault_that_no_longer_fits_is_none() -> None:
    with pytest.raises(NoLongerFits, match=r"is not in api/handlers/orders\.py: mend tests/rehearsal/whole"):
        changed(ILL, "")
    with pytest.raises(NoLongerFits, match=r"is not in api/handlers/function\.py: mend tests/rehearsal/whole"):
        reworded("")


def test_what_is_well_is_a_change_of_words_alone() -> None:
    before = (ROOT / HARMLESS).read_text()
    assert reworded(before) != before
    assert ast.dump(_without_docstring(reworded(before))) == ast.dump(_without_docstring(before))


def _without_docstring(source: str) -> ast.Module:
    tree = ast.parse(source)
    del tree.body[0]
    return tree


@pytest.mark.parametrize(
    ("row", "end"),
    [(HEALTHY, DELIVERED), (ILL, BACK), (ROWS[-1], replace(BACK, told=(UNASKED,)))],
)
def test_what_ended_as_it_should_is_well(row: Row, end: Ended) -> None:
    assert wrong(row, end) == ""


@pytest.mark.parametrize(
    ("row", "end", "why"),
    [
        (HEALTHY, replace(BACK, row=HEALTHY.id), "it is well, and ended with 1: refused by prod"),
        (HEALTHY, replace(DELIVERED, back=("prod",)), "it is well, and ended with 0"),
        (HEALTHY, replace(DELIVERED, rollouts=0), "it is well, and ended with 0"),
        (ILL, replace(DELIVERED, row=ILL.id), "it is ill, and ended with 0: delivered to prod"),
        (ILL, replace(BACK, exit_code=3), "it is ill, and ended with 3"),
        (ILL, replace(BACK, back=("gamma",)), "it is ill in prod, and was stopped in gamma"),
        (ILL, replace(BACK, back=("gamma", "prod")), "it is ill in prod, and was stopped in gamma, prod"),
        (ILL, replace(BACK, back=()), "it is ill in prod, and was stopped in no rollout"),
        (ILL, replace(BACK, told=("stopped by request",)), "what stopped it says nothing of"),
    ],
)
def test_what_did_not_is_told(row: Row, end: Ended, why: str) -> None:
    assert wrong(row, end).startswith(why)


# --- what is kept ----------------------------------------------------------------------------------------------------


def test_what_ended_is_kept_for_this_row_with_this_seed_over_this_patch(tmp_path: Path) -> None:
    asked = [kept(tmp_path, "tree", ILL, 7, b"patch"), kept(tmp_path, "tree", ILL, 8, b"patch")]
    asked += [kept(tmp_path, "other", ILL, 7, b"patch"), kept(tmp_path, "tree", ILL, 7, b"another")]
    asked += [kept(tmp_path, "tree", replace(ILL, condition=""), 7, b"patch")]
    asked[0].write(BACK)
    assert [one.read() for one in asked] == [BACK, None, None, None, None]


@pytest.mark.parametrize("code", [2, 3, 130])
def test_what_could_not_be_rehearsed_is_rehearsed_again(tmp_path: Path, code: int) -> None:
    one = kept(tmp_path, "tree", ILL, 7, b"patch")
    one.write(replace(BACK, exit_code=code))
    assert one.read() is None


# --- what it says of itself ------------------------------------------------------------------------------------------


def test_whoever_asks_for_help_reads_what_each_row_is(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"^0$"):
        main(["--help"], tmp_path, {})
    told = " ".join(capsys.readouterr().out.split())
    assert all(f"{row.id}: {row.what}" in told for row in ROWS)
