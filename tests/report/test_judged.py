"""What hooks and the judge said of a rollout, on its pages: reasons, evidence, and what can't be read."""

from dataclasses import replace
from itertools import count
from pathlib import Path

from pipeline.judge.evidence import read
from pipeline.record import tape
from pipeline.record.events import HookSaid
from pipeline.record.run import RolloutRun, Timed, fold
from pipeline.report import html, view
from pipeline.report.judged import evidence, file_of, judged, reasons
from pipeline.report.write import write
from tests.report import sample

RUN = fold(sample.rolled_back())
(ROLLOUT,) = (each for each in RUN.rollouts if each.said)


def saying(*said: HookSaid) -> RolloutRun:
    return replace(ROLLOUT, said=tuple(Timed(float(n), each) for n, each in enumerate(said)))


def said(*why: str, kept: str = "") -> HookSaid:
    return HookSaid("prod", "d-1", "AfterAllowTraffic", why, kept)


def test_the_verdict_and_what_others_would_have_said_come_from_the_evidence() -> None:
    found = judged(ROLLOUT)
    assert found is not None
    assert (found.word, found.file) == ("rollback", "evidence/prod-orders-prod-orders-42.json")
    assert "now   ROLLBACK, by server-errors" in found.text
    assert "other judges" in found.text


def test_every_reason_is_told_with_the_hook_that_gave_it() -> None:
    assert reasons(saying(said("one", "two"))) == ("AfterAllowTraffic: one", "AfterAllowTraffic: two")


def test_the_last_evidence_counts() -> None:
    assert evidence(saying(said(kept="first"), said(kept="last"), said("none"))) == "last"


def test_where_nobody_judged_there_is_no_verdict() -> None:
    assert judged(saying()) is None
    assert judged(saying(said("no reason to judge"))) is None


def test_evidence_that_can_not_be_read_is_no_verdict_and_says_why() -> None:
    found = judged(saying(said(kept="{}")))
    assert found is not None
    assert found.word == "by evidence that can't be read"
    assert found.text == "schema: missing\n"


def test_a_name_that_is_no_file_s_stays_in_its_folder() -> None:
    odd = replace(ROLLOUT, started=replace(ROLLOUT.started, function="../../etc/passwd"))
    assert file_of(odd) == "evidence/prod-..-..-etc-passwd-42.json"


def test_what_a_hook_says_is_escaped_on_the_page() -> None:
    run = replace(RUN, rollouts=(saying(said("<script>", kept="</pre><script>")),))
    page = html.render(view.view(run, "67ec118466ad51eb"))
    assert "<script>" not in page.replace("<script>\n", "")
    assert "&lt;script&gt;" in page


def test_a_run_keeps_what_its_rollouts_were_judged_by(tmp_path: Path) -> None:
    ticks = count()
    recorded = tape.Tape(tmp_path / tape.FILE_NAME, lambda: float(next(ticks)))
    for entry in sample.rolled_back():
        recorded.write(entry.event)
    recorded.close()
    write(tmp_path)
    kept = (tmp_path / "evidence/prod-orders-prod-orders-42.json").read_text(encoding="utf-8")
    assert read(kept).deployment_id == "d-1"
