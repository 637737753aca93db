"""Changes of a small repository, really applied and really asked: what counts, what does not, what is kept."""

import itertools
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.mutation.ask import Copy
from pipeline.mutation.catalogue import Edit, Expected, Kind, Needs
from pipeline.mutation.copies import Copies
from pipeline.mutation.sweep import apart, by_what_is_known, controls
from pipeline.mutation.walk import goes_on, walk, walk_on
from pipeline.plan.delivery import DELIVERY
from pipeline.record.verdict import Outcome
from pipeline.rehearsal.cancel import Cancel
from tests.unit.pipeline.mutation.world import Heard, change, repository, results, says, sweep
from tests.unit.pipeline.rehearsal.test_commits import git

OWNER_REFUSED = says(Outcome.REFUSED, "the owner is not asked")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path)


def test_a_change_that_the_expected_gate_refuses_as_expected_is_stopped(root: Path) -> None:
    judged = sweep(root, DELIVERY, Heard()).run([change("z03", said={"unit": OWNER_REFUSED})])

    assert results(judged) == {"control-gates": "passed", "z03": "stopped"}
    assert (judged[1].gate, judged[1].finding, judged[1].named) == ("unit", "here  the owner is not asked", True)


def test_a_change_that_every_gate_passes_is_let_through(root: Path) -> None:
    assert results(sweep(root, DELIVERY, Heard()).run([change("z03")]))["z03"] == "let through"


@pytest.mark.parametrize(
    ("gate", "said"),
    [("unit", says(Outcome.REFUSED, "a line is too long")), ("lint", OWNER_REFUSED), ("synth", "2\n")],
)
def test_another_finding_or_another_gate_is_no_kill(root: Path, gate: str, said: str) -> None:
    assert results(sweep(root, DELIVERY, Heard()).run([change("z03", said={gate: said})]))["z03"] == "elsewhere"


@pytest.mark.parametrize(("gate", "said"), [("unit", says(Outcome.BROKE)), ("unit", "1\n"), ("synth", "3\n")])
def test_a_gate_that_broke_is_no_kill_and_is_asked_again(root: Path, gate: str, said: str) -> None:
    for _ in range(2):
        heard = Heard()
        assert results(sweep(root, DELIVERY, heard).run([change("z03", said={gate: said})]))["z03"] == "broke"
        assert "z03" in heard.began


def test_code_that_can_not_even_be_loaded_is_refused(root: Path) -> None:
    asked = change("z03", expected=(Expected("unit", "unit was asked"),), said={"unit": "2\n"})
    assert results(sweep(root, DELIVERY, Heard()).run([asked]))["z03"] == "stopped"


def test_a_change_that_does_not_apply_any_more_is_an_error_of_ours(root: Path) -> None:
    gone = change("z03", said={"unit": OWNER_REFUSED})
    object.__setattr__(gone, "edits", (Edit("api/orders.py", "SOLD", ""),))
    judged = sweep(root, DELIVERY, Heard()).run([gone])
    assert results(judged)["z03"] == "not applied"
    assert judged[1].finding == "api/orders.py: 'SOLD' … stands there 0 times, 1 expected"


def test_a_good_change_passes_or_is_a_false_alarm(root: Path) -> None:
    good, refused = change("good", Kind.GOOD), change("refused", Kind.GOOD, said={"lint": says(Outcome.REFUSED, "no")})
    judged = results(sweep(root, DELIVERY, Heard()).run([good, refused]))
    assert (judged["good"], judged["refused"]) == ("passed", "false alarm")


def test_a_control_that_fails_ends_the_sweep(root: Path) -> None:
    (root / "says/lint").write_text(says(Outcome.REFUSED, "a line is too long"))
    git(root, "add", "--all")
    git(root, "commit", "-q", "-m", "two")

    for _ in range(2):  # what it said before is no reason to go on
        judged = sweep(root, DELIVERY, Heard()).run(
            [change("z03", said={"unit": OWNER_REFUSED}), change("z04", said={"unit": OWNER_REFUSED})]
        )
        assert judged[0].result == "false alarm"
        assert "z04" not in results(judged)


def test_what_was_walked_before_is_not_walked_again(root: Path) -> None:
    sweep(root, DELIVERY, Heard()).run([change("z03", said={"unit": OWNER_REFUSED})])
    heard, fresh = Heard(), Heard()

    again = sweep(root, DELIVERY, heard).run([change("z03", said={"unit": OWNER_REFUSED})])
    sweep(root, DELIVERY, fresh, fresh=True).run([change("z03", said={"unit": OWNER_REFUSED})])

    assert heard.began == []
    assert heard.ended == [("control-gates", "passed", True), ("z03", "stopped", True)]
    assert results(again)["z03"] == "stopped"
    assert fresh.began == ["control-gates", "z03"]


def test_what_is_expected_is_asked_of_the_same_walk_again(root: Path) -> None:
    sweep(root, DELIVERY, Heard()).run([change("z03", said={"unit": OWNER_REFUSED})])
    heard = Heard()
    other = change("z03", expected=(Expected("integration", "owner"),), said={"unit": OWNER_REFUSED})
    assert results(sweep(root, DELIVERY, heard).run([other]))["z03"] == "elsewhere"
    assert heard.began == []


def test_one_gate_alone_is_asked_and_nothing_of_it_is_kept(root: Path) -> None:
    asked = change("z03", said={"unit": OWNER_REFUSED})
    only = sweep(root, DELIVERY, Heard(), only=frozenset({"scan"})).run([asked])
    heard = Heard()
    whole = sweep(root, DELIVERY, heard).run([asked])
    assert (results(only)["z03"], results(whole)["z03"]) == ("let through", "stopped")
    assert heard.began == ["control-gates", "z03"]


def test_copies_are_gone_at_the_end_and_the_tree_is_as_it_was(root: Path) -> None:
    asked = sweep(root, DELIVERY, Heard())
    asked.run([change("z03", said={"unit": OWNER_REFUSED})])
    assert not asked.way.copies.folder.exists()
    assert git(root, "status", "--porcelain") == ""


def test_there_is_a_control_for_every_way_that_changes_go() -> None:
    gates, stage, whole = change("a"), change("b"), change("c")
    object.__setattr__(stage, "needs", Needs.STAGE)
    object.__setattr__(whole, "needs", Needs.REHEARSAL)
    assert [one.id for one in controls([gates])] == ["control-gates"]
    assert [one.id for one in controls([gates, stage, whole])] == ["control-stage", "control-rehearsal"]
    tools = replace(change("d"), needs=Needs.TOOLS)
    assert [one.id for one in controls([gates, tools])] == ["control-tools"]


def test_what_only_the_tools_own_tests_see_is_asked_of_them_and_nothing_else_is(root: Path) -> None:
    seen = {"selftest": says(Outcome.REFUSED, "the rule finds nothing")}
    expected = (Expected("selftest", "finds nothing"),)
    tools = replace(change("tools", expected=expected, said=seen), needs=Needs.TOOLS)
    other = change("other", expected=expected, said=seen)
    judged = results(sweep(root, DELIVERY, Heard()).run([tools, other]))
    assert (judged["tools"], judged["other"]) == ("stopped", "let through")


def test_what_takes_long_is_not_begun_before_all_that_is_quick_has_passed(root: Path) -> None:
    notes_what_is_asked(root)
    sweep(root, DELIVERY, Heard()).run([change("z03", said={"guard": OWNER_REFUSED})])
    gates = [gate for gate, _ in asked_in(root)]
    control, bad = gates[: len(DELIVERY.build_gates)], gates[len(DELIVERY.build_gates) :]
    assert set(control[-2:]) == {"scan", "unit"}
    assert "guard" in bad
    assert not {"scan", "unit"} & set(bad)


def test_what_the_first_control_has_passed_is_known_when_the_others_ask_it() -> None:
    beta, gamma = (change(name, Kind.CONTROL) for name in ("control-stage", "control-stage-gamma"))
    bad, good = change("a"), change("b", Kind.GOOD)
    assert by_what_is_known([beta, gamma, bad, good]) == [beta, bad, good, gamma]
    assert by_what_is_known([]) == []


def test_what_is_asked_more_than_build_is_told_apart() -> None:
    changes = [replace(change(need), needs=need) for need in Needs]
    more, others = apart(changes)
    assert ([one.id for one in more], [one.id for one in others]) == (["tools", "stage", "rehearsal"], ["gates"])


def test_copies_know_their_own_types_and_the_control_tells_all(root: Path) -> None:
    gate = '[ "$1" = gate ]'
    noted = (
        (root / "scripts/slipway").read_text().replace(gate, f'echo "$2 $SLIPWAY_MYPY_CACHE" >>{root}/asked\n{gate}')
    )
    (root / "scripts/slipway").write_text(noted)
    git(root, "commit", "-q", "-a", "-m", "two")
    sweep(root, DELIVERY, Heard(), at_once=1).run([change("z03", said={"lint": OWNER_REFUSED})])
    asked = [line for line in (root / "asked").read_text().splitlines() if line.startswith("lint")]
    assert asked == ["lint ", "lint .slipway/mypy"]


def notes_what_is_asked(root: Path) -> None:
    gate = '[ "$1" = gate ]'
    noted = (root / "scripts/slipway").read_text().replace(gate, f'echo "$2 $PWD" >>{root}/asked\n{gate}')
    (root / "scripts/slipway").write_text(noted)
    git(root, "commit", "-q", "-a", "-m", "two")


def asked_in(root: Path) -> list[tuple[str, str]]:
    """Each gate that was asked, and in which copy."""
    lines = (line.split() for line in (root / "asked").read_text().splitlines())
    return [(gate, Path(copy).name) for gate, copy in lines]


def test_build_is_asked_of_all_side_by_side_and_what_is_beyond_it_alone(root: Path) -> None:
    """The machine is one's own from when the first stage could be put up."""
    notes_what_is_asked(root)
    tools = [replace(change(name, Kind.GOOD), needs=Needs.TOOLS) for name in ("one", "other")]
    heard = Heard()

    judged = sweep(root, DELIVERY, heard, at_once=2).run(tools)

    gates, copies = zip(*asked_in(root), strict=True)
    assert set(results(judged).values()) == {"passed"}
    assert gates[-3:] == ("selftest",) * 3
    assert "selftest" not in gates[:-3]
    assert len(set(copies)) == len(judged)
    assert sorted(heard.waited) == ["control-tools", "one", "other"]


def test_what_is_good_is_asked_on_what_is_left_while_another_has_the_machine(root: Path) -> None:
    """The control's selftest waits until a gate of the good change has been asked: alone it would wait in vain."""
    gate = '[ "$1" = gate ]'
    waits = f"""
if [ "$2" = selftest ]; then for _ in $(seq 200); do [ -e {root}/behind ] && break; sleep 0.05; done; fi
chrt --pid $$ | grep -q SCHED_IDLE && echo "$2" >>{root}/behind
{gate}"""
    script = root / "scripts/slipway"
    script.write_text(script.read_text().replace(gate, waits))
    git(root, "commit", "-q", "-a", "-m", "two")
    tools, good = replace(change("tools", Kind.GOOD), needs=Needs.TOOLS), change("good", Kind.GOOD)
    bad, heard = change("bad", said={"unit": OWNER_REFUSED}), Heard()

    judged = sweep(root, DELIVERY, heard, at_once=2).run([tools, bad, good])

    assert results(judged) == {"control-tools": "passed", "tools": "passed", "good": "passed", "bad": "stopped"}
    assert heard.began.index("good") < heard.began.index("bad")
    assert {gate.name for gate in DELIVERY.build_gates} == set((root / "behind").read_text().split())


def test_one_at_a_time_is_one_at_a_time(root: Path) -> None:
    tools, good, heard = replace(change("tools", Kind.GOOD), needs=Needs.TOOLS), change("good", Kind.GOOD), Heard()
    sweep(root, DELIVERY, heard).run([good, tools])
    assert heard.began[-1] == "good"


def test_what_a_rehearsal_left_to_read_stays_when_its_copy_goes(root: Path) -> None:
    rehearse = root / "scripts/rehearse"
    rehearse.write_text("#!/bin/sh\nmkdir -p .slipway/runs/latest\necho why >.slipway/runs/latest/report.md\n")
    rehearse.chmod(0o755)
    git(root, "add", "--all")
    git(root, "commit", "-q", "-m", "two")
    sweep(root, DELIVERY, Heard()).run([replace(change("whole"), needs=Needs.REHEARSAL)])
    assert (root / ".slipway/kept/runs/control-rehearsal/latest/report.md").read_text() == "why\n"


def test_what_build_refuses_goes_no_further(root: Path) -> None:
    tools = replace(change("tools", said={"unit": OWNER_REFUSED}), needs=Needs.TOOLS)
    heard = Heard()
    assert results(sweep(root, DELIVERY, heard).run([tools]))["tools"] == "stopped"
    assert heard.waited == ["control-tools"]


def test_the_seconds_of_a_change_are_its_own_wherever_it_waited(root: Path) -> None:
    """A second passes whenever the clock is looked at, and an hour before the rest of the way."""
    now = itertools.count()
    asked = sweep(root, DELIVERY, Heard())
    around = replace(asked.around, clock=lambda: float(next(now)))
    tools = replace(change("tools", Kind.GOOD), needs=Needs.TOOLS)
    asked.way.copies.clear()
    copy = Copy(asked.way.copies.make(), root / "log", around)

    begun = walk(tools, asked.way, copy)
    now = itertools.count(3_600)
    whole = walk_on(tools, asked.way, copy, begun)

    assert goes_on(tools, begun)
    assert [one.gate for one in whole.answers] == [*(one.gate for one in begun.answers), "selftest"]
    assert begun.seconds < whole.answers[-1].ended < whole.seconds < begun.seconds + 10


def test_what_was_told_to_stop_is_left_out_and_asked_the_next_time(root: Path) -> None:
    stopped = sweep(root, DELIVERY, Heard())
    stopped.around.cancel.cancel("somebody is tired")
    assert stopped.run([change("z03", said={"unit": OWNER_REFUSED})]) == ()
    assert (
        results(sweep(root, DELIVERY, Heard()).run([change("z03", said={"unit": OWNER_REFUSED})]))["z03"] == "stopped"
    )


def test_a_gate_that_runs_is_ended_when_it_is_told_to_stop(root: Path) -> None:
    (root / "scripts/slipway").write_text(f"#!/bin/sh\necho asked >>{root}/asked\nsleep 60\n")
    git(root, "add", "--all")
    git(root, "commit", "-q", "-m", "two")
    asked = sweep(root, DELIVERY, Heard())
    threading.Thread(target=_cancel_when_asked, args=(root / "asked", asked.around.cancel)).start()
    began = time.monotonic()
    assert asked.run([change("z03")]) == ()
    assert time.monotonic() - began < 30


def _cancel_when_asked(told: Path, cancel: Cancel) -> None:
    while not told.exists() and not cancel.wait(0.05):
        pass
    cancel.cancel("somebody is tired")


def test_what_is_not_committed_is_in_the_copies_if_that_is_asked_for_and_git_has_not_noticed(root: Path) -> None:
    (root / "says/lint").write_text(says(Outcome.REFUSED, "a line is too long"))
    (root / ".slipway").mkdir()
    (root / ".slipway/left").touch()
    (root / "api/orders.py").write_text("OWNED = None\n")
    before = [git(root, *asked) for asked in (("status", "--short"), ("log", "--all", "--oneline"))]
    copies = Copies(root, worktree=True)
    copies.clear()
    copy = copies.make()
    assert (copy / "api/orders.py").read_text() == "OWNED = None\n"
    assert [(copy / name).exists() for name in ("says/lint", ".slipway/left")] == [True, False]
    assert git(copy, "rev-parse", "HEAD~1") == git(root, "rev-parse", "HEAD")
    assert [git(root, *asked) for asked in (("status", "--short"), ("log", "--all", "--oneline"))] == before
    copies.remove()


def test_where_all_is_committed_copies_are_of_head(root: Path) -> None:
    assert Copies(root, worktree=True).head == Copies(root).head
