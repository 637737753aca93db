"""Results as a file of the source: whoever goes on from them comes to the same score, and of another tree to none."""

from dataclasses import replace
from pathlib import Path, PurePath

import pytest

from pipeline.gates.tools.silencers import silencers_in
from pipeline.mutation import published, stock
from pipeline.mutation.answer import Answer
from pipeline.mutation.catalogue import Change, Expected, Unreadable
from pipeline.mutation.judge import judge
from pipeline.mutation.kept import Kept
from pipeline.mutation.stock import Seen
from pipeline.mutation.walk import Walked
from pipeline.record.verdict import Finding, Outcome
from tests.unit.pipeline.mutation.world import change

TREE = "0123456789ab"
FINDINGS = tuple(Finding(f"api/orders.py:{line}", f"the owner of {line} is not asked") for line in range(1, 8))
REFUSED = Answer("unit", Outcome.REFUSED, 3.0, "7 failed", FINDINGS, 4.0)
BAD = replace(change("z03"), expected=(Expected("unit", "owner of 6"),))
SEEN = Seen("z03", tuple(("checkov", f"CKV_{number}") for number in range(9)))


@pytest.fixture
def swept(tmp_path: Path) -> Path:
    """A folder in which a sweep and a look with tools have left what they know of one bad change."""
    folder = tmp_path / "swept"
    Kept(folder).write(BAD, Walked("z03", (REFUSED,), 5.0))
    stock.keep(folder, BAD, SEEN)
    (tmp_path / published.FILE.parent).mkdir(parents=True)
    return folder


def went_on(root: Path, changes: tuple[Change, ...] = (BAD,), tree: str = TREE) -> tuple[int, Path]:
    """A folder of another machine, and how much it took over."""
    folder = root / "elsewhere"
    return published.take(root, tree, folder, changes), folder


def test_what_is_taken_from_what_was_published_is_judged_the_same(swept: Path, tmp_path: Path) -> None:
    published.publish(tmp_path, TREE, swept, [BAD])
    taken, elsewhere = went_on(tmp_path)
    walked = Kept(elsewhere).read(BAD)
    assert taken == 2
    assert walked is not None
    assert judge(BAD, walked) == judge(BAD, Walked("z03", (REFUSED,), 5.0))
    assert [bool(one.findings) for one in stock.kept(elsewhere, [BAD])] == [True]


def test_few_findings_are_published_what_decided_first(swept: Path, tmp_path: Path) -> None:
    row = published.publish(tmp_path, TREE, swept, [BAD]).rows[0]
    assert row.walked is not None
    assert [finding.where for finding in row.walked.answers[0].findings] == ["api/orders.py:6", "api/orders.py:1"]
    assert row.seen == replace(SEEN, findings=SEEN.findings[:2])


def test_seconds_are_published_to_the_tenth_and_never_fewer(swept: Path, tmp_path: Path) -> None:
    Kept(swept).write(BAD, Walked("z03", (replace(REFUSED, seconds=3.14159, ended=60.0001),), 60.0001))
    walked = published.publish(tmp_path, TREE, swept, [BAD]).rows[0].walked
    assert walked is not None
    assert (walked.seconds, walked.answers[0].seconds, walked.answers[0].ended) == (60.1, 3.2, 60.1)


def test_results_of_another_tree_count_for_nothing(swept: Path, tmp_path: Path) -> None:
    published.publish(tmp_path, TREE, swept, [BAD])
    with pytest.raises(Unreadable, match="is of tree 0123456789ab, and this is ba9876543210"):
        went_on(tmp_path, tree="ba9876543210")


def test_a_row_that_was_written_anew_is_asked_anew(swept: Path, tmp_path: Path) -> None:
    published.publish(tmp_path, TREE, swept, [BAD])
    assert went_on(tmp_path, (replace(BAD, edits=()),))[0] == 0


def test_what_another_machine_has_published_of_the_same_tree_stays(swept: Path, tmp_path: Path) -> None:
    other = replace(change("z04"), expected=BAD.expected)
    published.publish(tmp_path, TREE, swept, [BAD])
    second = tmp_path / "second"
    Kept(second).write(other, Walked("z04", (REFUSED,), 5.0))
    assert [row.id for row in published.publish(tmp_path, TREE, second, [BAD, other]).rows] == ["z03", "z04"]


def test_nothing_can_not_be_published(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="nothing is known of tree 0123456789ab yet: sweep it first"):
        published.publish(tmp_path, TREE, tmp_path / "none", [BAD])


@pytest.mark.parametrize("text", [None, "", "{}", '{"tree": 7, "rows": []}'])
def test_what_is_not_there_or_can_not_be_read_is_said(text: str | None, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / published.FILE.parent).mkdir(parents=True)
        (tmp_path / published.FILE).write_text(text)
    with pytest.raises(Unreadable, match=str(published.FILE)):
        went_on(tmp_path)


@pytest.mark.parametrize(
    ("said", "published_as"),
    [
        ("see /tmp/slipway-mutation-1a2b/z03-owner/.slipway/up/up.log: it ended", "see up.log: it ended"),
        ('File "/root/.cache/slipway/envs/x/lib/python3.13/site-packages/a.py", line 3', 'File "a.py", line 3'),
        ("/v1/orders/{orderId}/home/x and /tmpfs", "/v1/orders/{orderId}/home/x and /tmpfs"),
    ],
)
def test_folders_of_the_machine_are_not_published(said: str, published_as: str) -> None:
    assert published.placeless(said) == published_as


def test_what_would_silence_a_scanner_is_told_of_and_silences_none() -> None:
    mark = "checkov:" + "skip="
    told = published.placeless(f"a scanner is told to look away: {mark}CKV_AWS_1")
    assert told == "a scanner is told to look away: checkov: …skip=CKV_AWS_1"
    assert list(silencers_in(PurePath("tests/mutation/results.json"), told)) == []
