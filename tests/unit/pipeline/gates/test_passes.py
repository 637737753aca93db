"""A gate that passed is not asked again while nothing that it looks at has changed, and says whose pass it shows."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipeline.gates.context import Context
from pipeline.gates.evidence import Evidence
from pipeline.gates.passes import KEPT
from pipeline.gates.run import run_gate
from pipeline.plan.model import Gate, Limit
from pipeline.record.verdict import NOT_RUN, Finding, Outcome, Verdict
from tests.unit.pipeline.gates.world import TODAY, delivery, ticking

LINT = Gate("lint", (Limit("findings", at_most=0),), checked_at_least=2)
STRICTER = Gate("lint", (Limit("findings", at_most=0),), checked_at_least=3)
GUARD = Gate("guard", (Limit("findings", at_most=0),))
SMOKE = Gate("smoke", (Limit("findings", at_most=0),))


class Tool:
    """What a gate asks: counts how often it was, and finds as many things as it is told to."""

    def __init__(self) -> None:
        """Nothing is found yet."""
        self.asked = 0
        self.finds = 0
        self.meanwhile: Callable[[], object] = lambda: None
        self.leaves_out = False

    def __call__(self, context: Context) -> Evidence:
        self.asked += 1
        self.meanwhile()
        (context.out / "pacts.junit.xml").write_text('<testsuite name="pacts"/>')
        found = tuple(Finding("a.py:1", "bad") for _ in range(self.finds))
        undone = (Finding("audit", "no network", severity=NOT_RUN),) if self.leaves_out else ()
        return Evidence(f"{self.finds} found", 5, "files", {"findings": self.finds}, findings=found, warnings=undone)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    (source / "api").mkdir(parents=True)
    (source / "api" / "a.py").write_text("a = 1\n")
    (source / "README.md").write_text("words")
    return source


@pytest.fixture
def tool() -> Tool:
    return Tool()


def ask(root: Path, tool: Tool, gate: Gate = LINT, *, today: date = TODAY, **environ: str) -> Verdict:
    given = {"SLIPWAY_HOME": str(root.parent / "home"), "SLIPWAY_RUN": "20260101-000000-abc", **environ}
    return run_gate(
        gate.name,
        None,
        root,
        given,
        delivery=delivery(gate, beta=(SMOKE,)),
        now=ticking(),
        today=today,
        say=lambda _: None,
        gatherers={gate.name: tool},
    )


def test_what_has_not_changed_is_asked_once_and_the_pass_says_whose_it_is(root: Path, tool: Tool) -> None:
    first = ask(root, tool)
    again = ask(root, tool, SLIPWAY_RUN="20260102-000000-def")
    assert (tool.asked, first.outcome, again.outcome) == (1, Outcome.PASSED, Outcome.PASSED)
    assert first.summary == "0 found"
    assert again.summary == "0 found; from run 20260101-000000-abc: nothing it looks at has changed"
    assert again.see_again == "SLIPWAY_FRESH=1 scripts/slipway gate lint"
    assert (again.checked, again.measurements) == (first.checked, first.measurements)
    assert "pacts" in (root / ".slipway/gates/lint/junit.xml").read_text()


def test_a_pass_of_a_pass_still_names_the_run_that_asked(root: Path, tool: Tool) -> None:
    ask(root, tool)
    ask(root, tool, SLIPWAY_RUN="second")
    assert "from run 20260101-000000-abc:" in ask(root, tool, SLIPWAY_RUN="third").summary


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "api" / "a.py").write_text("a = 2\n"),
        lambda root: (root / "api" / "b.py").write_text(""),
        lambda root: (root / "api" / "a.py").rename(root / "api" / "c.py"),
        lambda root: (root / "api" / "a.py").chmod(0o755),
        lambda root: (root / "api" / "link.py").symlink_to("a.py"),
        lambda root: ((root / "cdk.out").mkdir(), (root / "cdk.out" / "manifest.json").write_text("{}")),
        lambda root: (root / "README.md").write_text("other words"),
    ],
    ids=["bytes", "a file more", "a name", "to run", "a link", "an assembly", "words"],
)
def test_whatever_changes_in_what_it_looks_at_it_is_asked_again(
    root: Path, tool: Tool, change: Callable[[Path], object]
) -> None:
    ask(root, tool, GUARD)
    change(root)
    ask(root, tool, GUARD)
    assert tool.asked == 2


def test_another_limit_seed_day_base_setting_or_wish_asks_again(root: Path, tool: Tool) -> None:
    base = root.parent / "base"
    (base / "contracts").mkdir(parents=True)
    ask(root, tool)
    ask(root, tool, STRICTER)
    ask(root, tool, SLIPWAY_SEED="8")
    ask(root, tool, today=date(2030, 1, 1))
    ask(root, tool, SLIPWAY_BASE=str(base))
    (base / "contracts" / "openapi.yaml").write_text("{}")
    ask(root, tool, SLIPWAY_BASE=str(base))
    ask(root, tool, TZ="Asia/Kathmandu")
    ask(root, tool, SLIPWAY_FRESH="1")
    assert tool.asked == 8


def test_an_assembly_that_is_linked_to_counts_by_what_it_holds(root: Path, tool: Tool) -> None:
    for place in ("first", "second"):
        assembly = root.parent / place
        assembly.mkdir()
        (assembly / "manifest.json").write_text("{}")
        (root / "cdk.out").unlink(missing_ok=True)
        (root / "cdk.out").symlink_to(assembly)
        ask(root, tool, GUARD)
    assert tool.asked == 1
    (root.parent / "second" / "manifest.json").write_text("[]")
    ask(root, tool, GUARD)
    assert tool.asked == 2


def test_what_a_synthesis_left_beside_a_base_is_not_looked_at(root: Path, tool: Tool) -> None:
    base = root.parent / "base"
    (base / "source" / "__pycache__").mkdir(parents=True)
    ask(root, tool, SLIPWAY_BASE=str(base))
    (base / "source" / "__pycache__" / "a.pyc").write_text("by its synthesis")
    ask(root, tool, SLIPWAY_BASE=str(base))
    assert tool.asked == 1
    (base / "source" / "a.py").write_text("what it is")
    ask(root, tool, SLIPWAY_BASE=str(base))
    assert tool.asked == 2


def test_what_a_base_links_to_is_looked_at_too(root: Path, tool: Tool) -> None:
    base, kept = root.parent / "base", root.parent / "kept"
    base.mkdir()
    kept.mkdir()
    (base / "contracts").symlink_to(kept)
    ask(root, tool, SLIPWAY_BASE=str(base))
    (kept / "openapi.yaml").write_text("{}")
    ask(root, tool, SLIPWAY_BASE=str(base))
    assert tool.asked == 2


def test_words_for_people_do_not_ask_a_gate_again_that_reads_none(root: Path, tool: Tool) -> None:
    contract = Gate("contract", (Limit("findings", at_most=0),))
    ask(root, tool, contract)
    (root / "README.md").write_text("other words")
    (root / ".github").mkdir()
    (root / ".github" / "CODEOWNERS").write_text("* @us")
    ask(root, tool, contract)
    assert tool.asked == 1
    (root / "api" / "README.md").write_text("words of the code's own")
    ask(root, tool, contract)
    assert tool.asked == 2


def test_what_a_broker_says_is_asked_each_time(root: Path, tool: Tool) -> None:
    for _ in range(2):
        ask(root, tool, PACT_BROKER_BASE_URL="http://127.0.0.1:1")
    assert tool.asked == 2


def test_a_scan_looks_at_the_history_of_the_change(root: Path, tool: Tool) -> None:
    scan = Gate("scan", (Limit("findings", at_most=0),))
    for change in ("a..b", "a..b", "a..c"):
        ask(root, tool, scan, SLIPWAY_HISTORY=str(root), SLIPWAY_CHANGE=change)
    assert tool.asked == 2


def test_only_passes_are_kept(root: Path, tool: Tool) -> None:
    tool.finds = 1
    assert ask(root, tool).outcome is Outcome.REFUSED
    assert ask(root, tool).outcome is Outcome.REFUSED
    assert tool.asked == 2


def test_a_pass_that_left_something_out_is_no_other_s(root: Path, tool: Tool) -> None:
    tool.leaves_out = True
    assert [ask(root, tool).outcome, ask(root, tool).outcome] == [Outcome.PASSED, Outcome.PASSED]
    assert tool.asked == 2


def test_what_a_rehearsal_leaves_out_it_leaves_out_the_next_time_and_no_build_does(root: Path, tool: Tool) -> None:
    tool.leaves_out = True
    ask(root, tool, AWS_ENDPOINT_URL="http://127.0.0.1:4566")
    ask(root, tool, AWS_ENDPOINT_URL="http://127.0.0.1:4566")
    assert tool.asked == 1
    ask(root, tool, CODEBUILD_BUILD_ID="orders:1")
    ask(root, tool, AWS_ENDPOINT_URL="https://monitoring.eu-west-1.amazonaws.com")
    assert tool.asked == 3


def test_a_pass_is_not_kept_where_something_changed_while_it_was_asked(root: Path, tool: Tool) -> None:
    tool.meanwhile = lambda: (root / "api" / "a.py").write_text(f"a = {tool.asked}00\n")
    ask(root, tool)
    tool.meanwhile = lambda: None
    (root / "api" / "a.py").write_text("a = 1\n")
    ask(root, tool)
    assert tool.asked == 2


def test_a_gate_that_asks_a_stage_is_always_asked(root: Path, tool: Tool) -> None:
    given = {"SLIPWAY_HOME": str(root.parent / "home")}
    for _ in range(2):
        run_gate(
            "smoke",
            "beta",
            root,
            given,
            delivery=delivery(LINT, beta=(SMOKE,)),
            now=ticking(),
            today=TODAY,
            say=lambda _: None,
            gatherers={"smoke": tool},
        )
    assert tool.asked == 2


def damaged(kept: Path) -> None:
    kept.write_text(kept.read_text()[:-20])


def refused(kept: Path) -> None:
    kept.write_text(json.dumps({**json.loads(kept.read_text()), "outcome": "refused"}))


def of_another(kept: Path) -> None:
    kept.write_text(json.dumps({**json.loads(kept.read_text()), "gate": "unit"}))


@pytest.mark.parametrize("harm", [damaged, refused, of_another])
def test_what_is_kept_and_is_no_pass_of_this_gate_is_not_believed(
    root: Path, tool: Tool, harm: Callable[[Path], None]
) -> None:
    ask(root, tool)
    (kept,) = (root.parent / "home/cache/passes/lint").glob("*/verdict.json")
    harm(kept)
    ask(root, tool)
    assert tool.asked == 2


def test_only_those_used_last_are_kept(root: Path, tool: Tool) -> None:
    for number in range(KEPT + 2):
        ask(root, tool, SLIPWAY_SEED=str(number))
    assert len(list((root.parent / "home/cache/passes/lint").iterdir())) == KEPT


def test_without_a_home_nothing_is_kept(root: Path, tool: Tool) -> None:
    for _ in range(2):
        ask(root, tool, SLIPWAY_HOME="")
    assert tool.asked == 2


def test_a_home_that_can_t_be_written_to_is_no_reason_to_stop(root: Path, tool: Tool) -> None:
    (root.parent / "home").write_text("a file")
    assert ask(root, tool).outcome is Outcome.PASSED
