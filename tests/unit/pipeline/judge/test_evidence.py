"""Tests of the document that is kept: it comes back as it was written, and nothing else is taken for it.

Set SLIPWAY_UPDATE_GOLDEN=1 to write the golden file anew, then read it.
"""

import json
import math
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.judge.evidence import Evidence, UnreadableEvidence, read, write, written
from pipeline.judge.judging import judge
from pipeline.judge.observed import BIN_SECONDS, Bin, Counts, Symptom
from pipeline.judge.policy import Policy
from tests.unit.pipeline.judge.kept import EMPTY, PASSED, STOPPED, evidence, kept
from tests.unit.pipeline.judge.seen import bins, counts

LOG_EVENT_BYTES = 262_144  # of CloudWatch Logs, PutLogEvents: "no larger than 256 KB"
GOLDEN = Path(__file__).parent / "golden" / "evidence.json"


def said(text: str) -> str:
    """Why a text can't be read."""
    with pytest.raises(UnreadableEvidence) as why:
        read(text)
    return str(why.value)


def edited(edit: Callable[[dict[str, Any]], object]) -> str:
    """The document of a rollout that was stopped, edited by somebody."""
    document = json.loads(write(kept()))
    edit(document)
    return json.dumps(document)


def put(path: str, value: object) -> str:
    """The same with another value at `path`, such as `bins[3].canary.requests`."""

    def edit(document: dict[str, Any]) -> None:
        *way, last = [int(step) if step.isdigit() else step for step in re.findall(r"[\w-]+", path)]
        inner: Any = document
        for step in way:
            inner = inner[step]
        inner[last] = value

    return edited(edit)


# --- what was written ------------------------------------------------------------------------------------------------


def test_a_document_is_written_as_it_was_found_good() -> None:
    document = write(kept())
    if os.environ.get("SLIPWAY_UPDATE_GOLDEN"):
        GOLDEN.write_text(document)

    found_good = GOLDEN.read_text()
    given = read(found_good).judgement  # whose logarithms may end in other digits than those of this machine
    assert write(replace(kept(), judgement=given)) == found_good


@pytest.mark.parametrize("seen", [STOPPED, PASSED, EMPTY, ()])
def test_what_was_written_comes_back(seen: tuple[Bin, ...]) -> None:
    assert read(write(kept(seen))) == kept(seen)


@given(evidence())
def test_any_evidence_comes_back_bit_for_bit_and_is_judged_the_same_again(one: Evidence) -> None:
    text = write(one)
    back = read(text)
    assert back == one
    assert write(back) == text
    assert written(back.judged_again()) == written(one.judgement)


def test_a_whole_number_may_stand_where_a_float_does() -> None:
    assert read(put("bins[1].at", 10)) == kept()


def test_the_sign_of_nothing_survives() -> None:
    (back,) = read(write(kept([Bin(-0.0, Counts(1), Counts(1))]))).bins
    assert math.copysign(1.0, back.at) == -1.0


def test_each_bin_has_its_line_and_the_newest_is_last() -> None:
    lines = [line for line in write(kept()).splitlines() if '"at":' in line]
    assert [json.loads(line.rstrip(","))["at"] for line in lines] == [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0]


@pytest.mark.parametrize("number", [30, 900])
def test_a_long_rollout_with_every_symptom_fits_into_an_event_of_the_log(number: int) -> None:
    ours, theirs = (Counts(n, dict.fromkeys(Symptom, n // 100)) for n in (1_000, 9_000))
    hour = [Bin(60.0 * n - 3_600, Counts(), Counts(60_000, dict.fromkeys(Symptom, 600))) for n in range(60)]
    assert len(write(kept(bins(*[(ours, theirs)] * number), before=hour)).encode()) < LOG_EVENT_BYTES


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (replace(kept(), stage=""), 'stage: "", not a name'),
        (replace(kept(), function="a\nb"), r'function: "a\\nb", not a name'),
        (replace(kept(), bin_seconds=math.inf), "bin_seconds: Infinity, not a number"),
        (replace(kept(), bins=(STOPPED[0], STOPPED[0])), r"bins\[1\].at: 0.0, not after bins\[0\]"),
        (replace(kept(), bins=(Bin(math.nan, Counts(), Counts()),)), r"bins\[0\].at: NaN, not a number"),
        (replace(kept(), policy=Policy(alpha=1e-300)), "policy.alpha: 1e-300, not a number"),
        (replace(kept(), policy=Policy(symptoms=(Symptom.ERRORS,), ruled_out=())), "judgement.weighings: of errors, "),
    ],
)
def test_what_nobody_could_judge_again_is_not_written(wrong: Evidence, why: str) -> None:
    with pytest.raises(UnreadableEvidence, match=why):
        write(wrong)


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        ("schema", 1, "schema: 1, this slipway reads 3; use the one that wrote it"),
        ("schema", True, "schema: true, this slipway reads 3; use the one that wrote it"),
        ("function", 7, "function: 7, not a name (1 to 512 printable characters)"),
        ("alias", "", 'alias: "", not a name (1 to 512 printable characters)'),
        ("stage", "\ud800", 'stage: "\\ud800", not a name (1 to 512 printable characters)'),
        ("stage", "\x1b[2J", 'stage: "\\u001b[2J", not a name (1 to 512 printable characters)'),
        ("bin_seconds", 0, "bin_seconds: 0, not a number from 1 to 1e+06"),
        ("bin_seconds", True, "bin_seconds: true, not a number from 1 to 1e+06"),
        ("bin_seconds", "10", 'bin_seconds: "10", not a number from 1 to 1e+06'),
        ("bin_seconds", math.nan, "bin_seconds: NaN, not a number from 1 to 1e+06"),
        ("bins", {}, "bins: an object, not a list"),
        ("minutes", {}, "minutes: an object, not a list"),
        ("before", None, "before: null, not a list"),
        ("bins[3]", [], "bins[3]: a list, not an object"),
        ("bins[3].at", 20.0, "bins[3].at: 20.0, not after bins[2], which is at 20.0 and takes 10 s"),
        ("bins[3].at", 29.9, "bins[3].at: 29.9, not after bins[2], which is at 20.0 and takes 10 s"),
        ("bins[3].at", math.inf, "bins[3].at: Infinity, not a number from -1e+06 to 1e+06"),
        ("bins[3].at", 10**400, f"bins[3].at: 1{'0' * 38}…, not a number from -1e+06 to 1e+06"),
        ("bins[3].weight", 1.1, "bins[3].weight: 1.1, not a number from 0 to 1"),
        ("bins[3].canary", None, "bins[3].canary: null, not an object"),
        ("bins[3].canary.requests", 1, "bins[3].canary.bad.errors: 2, more than requests, which is 1"),
        ("bins[3].canary.requests", 10.0, "bins[3].canary.requests: 10.0, {no_count}"),
        ("bins[3].canary.requests", True, "bins[3].canary.requests: true, {no_count}"),
        ("bins[0].stable.requests", 10**13, "bins[0].stable.requests: 10000000000000, {no_count}"),
        ("bins[3].canary.bad", [2], "bins[3].canary.bad: a list, not an object"),
        ("bins[3].canary.bad.errors", -1, "bins[3].canary.bad.errors: -1, {no_count}"),
        (
            "bins[3].canary.bad.faults",
            1,
            "bins[3].canary.bad.faults: no such field; there are errors, server-errors, slow, refused",
        ),
        ("bins[3].more", 1, "bins[3].more: no such field; there are at, weight, canary, stable"),
        ("policy.symptoms", [], "policy.symptoms: a list, a judge looks for at least one"),
        ("policy.symptoms[1]", "errors", "policy.symptoms[1]: \"errors\", given twice"),
        ("policy.symptoms[1]", ["errors"], "policy.symptoms[1]: a list, none of errors, server-errors, slow, refused"),
        ("policy.symptoms", ["errors"], 'policy.ruled_out[1]: "server-errors", not among policy.symptoms'),
        ("policy.alpha", 1.0, "policy.alpha: 1.0, not a number from 1e-09 to 1"),
        ("policy.tolerated", 0.0, "policy.tolerated: 0.0, not a number from 1e-09 to 1"),
        ("policy.doubt", 5e-324, "policy.doubt: 5e-324, not a number from 1e-09 to 1"),
        ("policy.no_traffic", "pass", 'policy.no_traffic: "pass", none of fail, warn'),
        ("policy.inconclusive", None, "policy.inconclusive: null, none of fail, warn"),
        ("judgement.verdict", "PASS", 'judgement.verdict: "PASS", none of pass, rollback, inconclusive, no-traffic'),
        ("judgement.allowed", 0, "judgement.allowed: 0, neither true nor false"),
        (
            "judgement.weighings",
            [],
            "judgement.weighings: of nothing, where policy.symptoms are errors, server-errors, slow, refused",
        ),
        ("judgement.weighings[0].bad", 71, "judgement.weighings[0].bad: 71, more than requests, which is 70"),
        ("judgement.weighings[0].clustered", 0.5, "judgement.weighings[0].clustered: 0.5, not a number from 1 to 32"),
        ("judgement.weighings[0].needed", -1.0, "judgement.weighings[0].needed: -1.0, not a number from 0 to 1e+300"),
        ("judgement.weighings[0].ruled_out", "no", 'judgement.weighings[0].ruled_out: "no", neither true nor false'),
        (
            "judgement.weighings[0].convicted_at",
            False,
            "judgement.weighings[0].convicted_at: false, not a number from -1e+06 to 2e+06",
        ),
    ],
)  # fmt: skip
def test_what_can_t_be_is_told_with_the_field_it_stands_in(path: str, value: object, why: str) -> None:
    assert said(put(path, value)) == why.replace("{no_count}", "not a whole number from 0 to 1,000,000,000,000")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("", "schema"),
        ("", "function"),
        ("", "judgement"),
        ("policy", "doubt"),
        ("bins[3]", "weight"),
        ("bins[3].stable", "bad"),
        ("judgement", "allowed"),
        ("judgement.weighings[2]", "convicted_at"),
    ],
)
def test_a_field_that_is_missing_is_named(path: str, name: str) -> None:
    def edit(document: dict[str, Any]) -> None:
        inner: Any = document
        for step in re.findall(r"[\w-]+", path):
            inner = inner[int(step) if step.isdigit() else step]
        del inner[name]

    assert said(edited(edit)) == (f"{path}.{name}: missing" if path else f"{name}: missing")


@pytest.mark.parametrize(
    ("first", "twice", "why"),
    [
        ('"stage": "prod"', '"stage": "prod",\n  "stage": "prod"', "stage: given twice"),
        ('"bad":{"errors":2}', '"bad":{"errors":0,"errors":2}', "bins[3].canary.bad.errors: given twice"),
        ('{"verdict"', '{"verdict": "pass", "verdict"', "judgement.verdict: given twice"),
        ('"stage": "prod"', '"a b": 1, "a b": 2, "stage": "prod"', '"a b": given twice'),
    ],
)
def test_a_field_that_is_given_twice_is_not_chosen_from(first: str, twice: str, why: str) -> None:
    assert said(write(kept()).replace(first, twice, 1)) == why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "line 1, column 1: no JSON (Expecting value)"),
        ('{\n "schema": 1,\n}', "line 2, column 13: no JSON (Illegal trailing comma before end of object)"),
        ("[]", "the document: a list, not an object"),
        ("1e999", "the document: Infinity, not an object"),
        ("9" * 5_000, "the document: no JSON that can be read (Exceeds the limit"),
        ("[" * 200_000, "the document: no JSON that can be read ("),
        ('{"schema": 4, "of": "the future"}', "schema: 4, this slipway reads 3; use the one that wrote it"),
    ],
)
def test_what_is_no_such_document_at_all_is_told(text: str, why: str) -> None:
    assert said(text).startswith(why)


def test_a_document_that_was_cut_off_anywhere_is_unreadable() -> None:
    text = write(kept()).rstrip()
    for length in range(len(text)):
        said(text[:length])


_json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_places = [
    *(
        "schema",
        "function",
        "bin_seconds",
        "policy",
        "policy.alpha",
        "policy.symptoms",
        "policy.inconclusive",
        "bins",
        "minutes",
        "before",
    ),
    *("bins[3]", "bins[3].at", "bins[3].canary", "bins[3].canary.requests", "bins[3].canary.bad", "judgement"),
    *("bins[3].canary.bad.errors", "judgement.weighings", "judgement.weighings[0].highest", "judgement.verdict"),
]


@given(_json_values.map(json.dumps) | st.text())
def test_no_text_is_taken_for_evidence_by_chance(text: str) -> None:
    said(text)


@given(st.sampled_from(_places), _json_values)
def test_any_value_in_any_place_is_either_refused_or_can_be_judged(place: str, value: object) -> None:
    try:
        one = read(put(place, value))
    except UnreadableEvidence:
        return
    assert written(one.judged_again()) == written(judge(one.bins, one.policy, one.bin_seconds, one.minutes, one.before))
    assert read(write(one)) == one


def test_what_is_judged_again_is_what_the_bins_say_now() -> None:
    one = read(put("bins[5].canary.bad.errors", 0))
    assert one.judged_again() == judge(one.bins, Policy(), BIN_SECONDS)
    assert one.judged_again() != one.judgement


def test_symptoms_that_nobody_saw_may_be_left_out_or_be_nought() -> None:
    left_out, nought = (
        kept(bins((counts(9), counts(9)))),
        kept([Bin(0.0, Counts(9, {Symptom.SLOW: 0}), Counts(9), 0.1)]),
    )
    assert written(left_out.judgement) == written(nought.judgement)
    assert read(write(nought)) == nought
