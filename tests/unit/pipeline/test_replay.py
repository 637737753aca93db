"""A rollout judged again: the same is said to be so, anything else is told, and the others are heard.

Set SLIPWAY_UPDATE_GOLDEN=1 to write the golden files anew, then read them.
"""

import json
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline import cli
from pipeline.judge.evidence import Evidence, UnreadableEvidence, read, write
from pipeline.judge.judging import Verdict
from pipeline.judge.observed import Bin, Counts, Symptom
from pipeline.judge.others import OTHERS
from pipeline.judge.others.rule import OtherJudge, Said
from pipeline.judge.policy import Policy
from pipeline.replay import load
from pipeline.report.judgement import BARS, COLUMNS, render, replayed
from tests.unit.pipeline.judge.kept import EMPTY, PASSED, evidence, kept
from tests.unit.pipeline.judge.seen import bins, counts

GOLDEN = Path(__file__).parent / "golden"


@dataclass(frozen=True)
class Always:
    """A judge that says the same of everything."""

    name: str
    said: Said
    rule: str = ""
    source: str = ""

    def judge(self, bins: Sequence[Bin], bin_seconds: float) -> Said:
        return replace(self.said, why=f"{self.said.why} of {len(bins)} bins of {bin_seconds:g} s")


SOME: tuple[OtherJudge, ...] = (
    Always("first failure", Said(30.0, "something bad was in one")),
    Always("alarm on all traffic", Said(None, "nothing bad was in five per cent")),
)


def edited(edit: Callable[[dict[str, Any]], object], one: Evidence | None = None) -> str:
    """The document of a rollout that was stopped, edited by somebody."""
    document = json.loads(write(one or kept()))
    edit(document)
    return json.dumps(document)


def with_another_verdict() -> Evidence:
    return read(edited(lambda document: document["judgement"].update(verdict="pass", allowed=True)))


def without_the_failures() -> str:
    return edited(lambda document: document["bins"][5]["canary"]["bad"].update(errors=0))


def told(one: Evidence) -> str:
    return render(replayed(one, SOME))


def lines_of(one: Evidence, *starts: str) -> list[str]:
    return [line for line in told(one).splitlines() if line.startswith(starts)]


# --- what a person reads ---------------------------------------------------------------------------------------------

PAGES: dict[str, Callable[[], Evidence]] = {
    "replayed_rollback": kept,
    "replayed_pass": lambda: kept(PASSED),
    "replayed_no_traffic": lambda: kept(EMPTY, Policy(symptoms=(Symptom.ERRORS,), ruled_out=(Symptom.ERRORS,))),
    "replayed_edited": with_another_verdict,
}


@pytest.mark.parametrize("name", PAGES)
def test_a_replay_is_told_as_it_was_found_good(name: str) -> None:
    golden = GOLDEN / f"{name}.txt"
    page = told(PAGES[name]())
    if os.environ.get("SLIPWAY_UPDATE_GOLDEN"):
        golden.write_text(page)

    assert page == golden.read_text()


def test_every_judge_that_there_is_says_what_it_would_have_done() -> None:
    rows = render(replayed(kept())).split("\nother judges")[1].splitlines()[1:]
    assert OTHERS
    for row, other in zip(rows, OTHERS, strict=False):  # the table is followed by what it means
        assert row.startswith(other.name)
        assert "let it through" in row or "stopped it at" in row


def test_what_was_edited_is_told_figure_by_figure() -> None:
    found = replayed(read(without_the_failures()), SOME)
    assert (found.same, found.evidence.judgement.verdict, found.now.verdict) == (
        False,
        Verdict.ROLLBACK,
        Verdict.INCONCLUSIVE,
    )
    verdicts = render(found).split("\n\n")[1].splitlines()
    assert [line for line in verdicts if ".highest" not in line] == [
        "then  ROLLBACK, by errors at 1:00; the version may not go on",
        "now   INCONCLUSIVE; the version may go on",
        "✗ not the same: 5 figures of 42",
        '  verdict              then "rollback", now "inconclusive"',
        "  allowed              then false, now true",
        "  errors.bad           then 11, now 2",
        "  errors.convicted_at  then 60.0, now null",
        "The file was edited since, or the judge is another one: `git log pipeline/judge` says what changed.",
    ]


def test_failures_that_came_together_before_the_shift_are_told_with_what_they_divide() -> None:
    ill = [Bin(60.0 * n - 3_600, counts(0), counts(1_000, 0 if n % 10 else 50)) for n in range(60)]
    alone, together = (render(replayed(kept(before=before), SOME)) for before in ([], ill))
    assert "before the shift" not in alone
    assert "In 60 minutes before the shift, errors came 32.0 at a time: its evidence is divided by that.\n" in together
    rows = [text.splitlines() for text in (alone, together)]
    told, divided = (next(row for row in each if row.startswith("errors ")).split() for each in rows)
    assert float(divided[7]) == pytest.approx(float(told[7]) / 32, abs=0.01)
    (bars,) = (row for row in rows[1] if row.startswith("errors ") and BARS[0] in row)
    assert BARS[-1] not in bars


def test_another_machine_s_logarithm_is_not_the_same_and_is_said_to_be_one() -> None:
    one = kept()
    first, *rest = one.judgement.weighings
    near = replace(first, highest=math.nextafter(first.highest, 0.0))
    found = replayed(replace(one, judgement=replace(one.judgement, weighings=(near, *rest))), SOME)
    assert not found.same
    assert "✗ not the same: 1 figure of 42" in render(found)
    assert "Only the last digits of logarithms differ" in render(found)
    assert "edited" not in render(found)


def test_a_figure_that_is_further_off_was_edited() -> None:
    one = kept()
    first, *rest = one.judgement.weighings
    off = replace(first, highest=first.highest * (1.0 + 1e-8))
    said = told(replace(one, judgement=replace(one.judgement, weighings=(off, *rest))))
    assert "The file was edited since" in said
    assert "Only the last digits" not in said


def test_a_timeline_is_no_wider_than_a_page_and_hides_no_conviction() -> None:
    calm, outage = (counts(10), counts(90)), (counts(10, 10), counts(90))
    (line,) = lines_of(kept(bins(*[calm] * 500, outage, *[calm] * 399)), "errors  ")[1:]
    bars = line.split()[1]
    assert len(bars) == COLUMNS
    assert bars.index(BARS[-1]) == 500 // 15


def test_the_highest_bar_is_kept_for_what_convicts() -> None:
    almost = kept(bins(*[(counts(10, 1), counts(90))] * 3))
    (weighing, *_) = almost.judgement.weighings
    nearly = replace(almost.policy, alpha=4 * math.exp(-weighing.highest) * 0.999)
    enough = replace(almost.policy, alpha=4 * math.exp(-weighing.highest) * 1.001)
    assert lines_of(kept(almost.bins, nearly), "errors  ")[1].split()[1][-1] == BARS[-2]
    assert lines_of(kept(almost.bins, enough), "errors  ")[1].split()[1][-1] == BARS[-1]


def test_bins_from_before_the_shift_are_told_with_their_sign() -> None:
    assert "2 bins of 10 s, from -0:05 to 0:15 of the rollout" in told(
        kept([Bin(-5.0, Counts(), Counts(9)), Bin(5.0, Counts(), Counts(9))])
    )


def test_a_rollout_of_which_nothing_was_kept_has_no_timeline() -> None:
    said = told(kept([]))
    assert "0 bins of 10 s\n" in said
    assert "A column for" not in said
    assert "now   NO-TRAFFIC; the version may not go on" in said


def test_where_nothing_is_to_be_ruled_out_a_version_passes_unless_it_is_convicted() -> None:
    assert "passes unless it is convicted" in told(kept(policy=Policy(ruled_out=())))


# --- Lambda's minutes ---


def minute(at: float, bad: int) -> Bin:
    return Bin(at, Counts(60, {Symptom.ERRORS: bad}), Counts(540), 0.1)


def test_what_lambda_counts_by_the_minute_is_judged_and_told_as_that() -> None:
    said = told(kept(bins(*[(counts(10), counts(90))] * 12), minutes=[minute(-14.0, 0), minute(46.0, 12)]))
    assert "12 bins of 10 s, from 0:00 to 2:00 of the rollout; errors by Lambda's 2 minutes" in said
    assert "now   ROLLBACK, by errors at 1:46; the version may not go on" in said
    assert "errors         ··········██" in said
    assert "Of the same minutes." in said


def test_others_hear_of_clock_minutes_and_speak_of_the_rollout_s() -> None:
    seen = kept([], minutes=[minute(-14.0, 0), minute(46.0, 60), minute(106.0, 60)])
    first = next(said for name, said in replayed(seen).others.items() if name == "version alarm")
    assert first.stopped_at == 106.0


# --- edits -----------------------------------------------------------------------------------------------------------


@given(evidence().filter(lambda one: bool(one.bins)), st.data())
def test_no_count_is_edited_unseen(one: Evidence, data: st.DataObject) -> None:
    """Not even where the verdict stays; what the policy does not look for is no part of the judgement."""
    document = json.loads(write(one))
    edited_bin = document["bins"][data.draw(st.integers(0, len(one.bins) - 1))]
    side = edited_bin[data.draw(st.sampled_from(["canary", "stable"]))]
    name = data.draw(st.sampled_from(["requests", *side["bad"]]))
    holder = side if name == "requests" else side["bad"]
    before = holder[name]
    others = st.integers(-3, 300) | st.integers(before - 2, before + 2) | st.integers(-1, 10**13)
    holder[name] = data.draw(others.filter(lambda count: count != before))
    try:
        again = read(json.dumps(document))
    except UnreadableEvidence:
        return
    found = replayed(again, ())
    by_minutes = {Symptom.ERRORS} if one.minutes is not None else set()
    looked_for = set(one.policy.symptoms) - by_minutes
    assume(looked_for or name != "requests")  # of bins that nothing is looked for in, only whether anybody asked counts
    assert found.same is (name != "requests" and name not in looked_for)
    assert ("✓ the judgement follows" in render(found)) is found.same


@given(evidence())
def test_any_evidence_can_be_told_and_is_the_same(one: Evidence) -> None:
    found = replayed(one)
    assert found.same
    assert "✓ the judgement follows from what stands in the file, bit for bit" in render(found)


def test_what_is_no_file_or_far_too_large_is_not_read(tmp_path: Path) -> None:
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate(4_000_001)
    for file_ in (large, Path("/dev/zero")):
        with pytest.raises(UnreadableEvidence, match="no file of 4,000,000 bytes or less"):
            load(file_)


# --- the verb --------------------------------------------------------------------------------------------------------


def asked(file: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Exit code, output and complaints of `slipway judge replay FILE`."""
    code = cli.main(["judge", "replay", str(file)])
    said = capsys.readouterr()
    return code, said.out, said.err


def saved(folder: Path, text: str) -> Path:
    file = folder / "evidence.json"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_same_verdict_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = saved(tmp_path, write(kept()))
    assert asked(file, capsys) == (0, render(replayed(load(file))), "")


def test_another_verdict_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = asked(saved(tmp_path, without_the_failures()), capsys)
    assert (code, err) == (1, "")
    assert "✗ not the same" in out


def test_no_colour_is_ever_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    _, out, _ = asked(saved(tmp_path, write(kept())), capsys)
    assert "\x1b" not in out


def test_what_can_t_be_read_ends_with_2_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = saved(tmp_path, edited(lambda document: document["bins"][3]["canary"]["bad"].update(errors=-1)))
    why = "bins[3].canary.bad.errors: -1, not a whole number from 0 to 1,000,000,000,000"
    assert asked(file, capsys) == (2, "", f"slipway: {file}: {why}; save the evidence again, whole and as it is\n")


def test_no_file_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "evidence.json"
    why = "No such file or directory; name the file that the evidence was saved to"
    assert asked(file, capsys) == (2, "", f"slipway: {file}: {why}\n")
    assert asked(tmp_path, capsys)[0] == 2


def test_bytes_that_are_no_text_end_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "evidence.json"
    file.write_bytes(b'{"schema": \xff}')
    why = "byte 11: no UTF-8; save the evidence again, whole and as it is"
    assert asked(file, capsys) == (2, "", f"slipway: {file}: {why}\n")


@pytest.mark.parametrize("line", ["judge", "judge replay", "judge anew file"])
def test_a_line_that_names_no_file_is_usage(line: str) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(line.split())
    assert left.value.code == 2
