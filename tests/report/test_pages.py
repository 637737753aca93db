"""Every page of a run, whole, against what a person has read and found good.

Set SLIPWAY_UPDATE_GOLDEN=1 to write the golden files anew, then read them.
"""

import io
import os
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console as RichConsole

from pipeline.record.events import ActionFinished, Entry, Event, LiveNow, RolloutStarted, RunStarted
from pipeline.record.run import fold
from pipeline.record.verdict import Outcome, Verdict
from pipeline.report import html, junit, markdown
from pipeline.report.console import Console, Teller
from pipeline.report.view import View, view
from tests.report import sample

GOLDEN = Path(__file__).parent / "golden"
RUNS: dict[str, Callable[[], tuple[Entry, ...]]] = {
    "rolled_back": sample.rolled_back,
    "refused": sample.refused,
    "delivered": sample.delivered,
    "cut_off": sample.cut_off,
}


def seen(name: str) -> View:
    return view(fold(RUNS[name]()), "67ec118466ad51eb")


def told(name: str, github: bool = False) -> str:
    out = io.StringIO()
    console = Console(Teller(".slipway/runs/latest", github), RichConsole(file=out, width=120, no_color=True))
    with console:
        for entry in RUNS[name]():
            console(entry)
    return out.getvalue()


PAGES: dict[str, Callable[[str], str]] = {
    "html": lambda name: html.render(seen(name)),
    "md": lambda name: markdown.render(seen(name)),
    "xml": lambda name: junit.render(fold(RUNS[name]())),
    "txt": told,
}


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("name", RUNS)
def test_a_page_is_as_it_was_found_good(name: str, kind: str) -> None:
    golden = GOLDEN / f"{name}.{kind}"
    page = PAGES[kind](name)
    if os.environ.get("SLIPWAY_UPDATE_GOLDEN"):
        golden.write_text(page)

    assert page == golden.read_text()


@pytest.mark.parametrize("name", RUNS)
def test_nothing_of_a_hostile_title_becomes_markup(name: str) -> None:
    class Tags(HTMLParser):
        found: set[str]

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.found.add(tag)
            assert not any(attribute.startswith("on") for attribute, _ in attrs)

    tags = Tags()
    tags.found = set()
    tags.feed(PAGES["html"](name))

    assert {"script", "img", "iframe", "b"}.isdisjoint(tags.found)
    assert "<img" not in markdown.render(seen(name))


@pytest.mark.parametrize("name", RUNS)
def test_a_page_asks_nothing_of_the_network(name: str) -> None:
    page = PAGES["html"](name)

    assert re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?(?:https?:)?//", page) == []
    assert "default-src 'none'" in page


def test_only_a_whole_run_has_a_footer() -> None:
    assert "<footer>" in PAGES["html"]("delivered")
    assert "<footer>" not in PAGES["html"]("cut_off")


def test_markdown_that_is_too_long_drops_its_largest_section_and_says_so() -> None:
    whole = markdown.render(seen("refused"))
    short = markdown.render(seen("refused"), len(whole.encode()) - 100)

    assert len(short.encode()) < len(whole.encode())
    assert "Left out for length: what was exercised." in short
    assert short.startswith("## ✗ Refused in Build")


def test_on_github_each_stage_folds() -> None:
    lines = told("delivered", github=True).splitlines()

    assert lines.count("::endgroup::") == sum(line.startswith("::group::") for line in lines) == 4


def test_code_survives_backticks() -> None:
    assert markdown.code("a ``b`` c") == "``` a ``b`` c ```"


def test_of_the_base_release_one_quiet_line_says_that_it_is_there() -> None:
    base = told("rolled_back").split("\nbase ")[1].split("\n\n")[0].splitlines()

    assert [line.strip() for line in base[1:]] == [
        "prod.Deploy                ✓     0.6 s   CREATE_COMPLETE",
        "live before the candidate comes: 2 resources in 1 stack",
    ]


def test_a_candidate_that_is_a_first_release_is_told_with_all_that_it_grants() -> None:
    assert "IAM wider: first release: 1 role with 2 grants, all new" in told("delivered")
    assert "prod: first release, nothing to shift" in told("delivered")


def test_what_the_base_release_made_is_not_what_the_change_does() -> None:
    before_prod = [entry for entry in sample.rolled_back() if getattr(entry.event, "stage", "") != "prod"]

    assert view(fold(before_prod), "").does == ("no change set was prepared",)


def test_what_moves_all_at_once_is_no_matter_of_aws_s_time() -> None:
    def at_once(event: Event) -> Event:
        whole = "CodeDeployDefault.LambdaAllAtOnce"
        return replace(event, config=whole) if isinstance(event, RolloutStarted) else event

    run = fold(replace(entry, event=at_once(entry.event)) for entry in sample.rolled_back())
    page = html.render(view(run, ""))

    assert "Stopped, rolled back after 12 s: alarm" in page
    assert "as fast here, and in real seconds where all moves at once</h2>" in page
    assert "AWS's time" not in page


def test_uncommitted_work_is_named_wherever_its_commit_is() -> None:
    def dirty(event: Event) -> Event:
        if isinstance(event, RunStarted):
            return replace(event, commit=replace(event.commit, dirty=True))
        return replace(event, dirty=True) if isinstance(event, LiveNow) else event

    seen = view(fold(replace(entry, event=dirty(entry.event)) for entry in sample.delivered()), "")

    assert [(each.stage, each.commit) for each in seen.live] == [("prod", "3f9c1a2 + uncommitted work")]
    assert seen.subject[0].startswith("orders 3f9c1a2 + uncommitted work “")


def test_a_gate_that_broke_before_it_counted_anything_shows_no_count() -> None:
    broken = Verdict("unit", Outcome.BROKE, "no tool", 0, "", "scripts/slipway gate unit")
    one = replace(broken, gate="scan", outcome=Outcome.PASSED, checked=1, checked_what="workflows")
    ended = (ActionFinished("Build", each.gate, each.outcome, 1.0, verdict=each) for each in (broken, one))
    entries = [*sample.cut_off()[:2], *(Entry(9, 9.0, event) for event in ended)]

    assert {row.gate: row.checked for row in view(fold(entries), "").gates if row.stage == "Build"} == {
        "unit": "",
        "scan": "1 workflow",
    }
