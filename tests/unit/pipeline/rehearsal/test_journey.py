"""The order of things: two releases prepared, the base put up and filled, then the walk."""

import shutil
from pathlib import Path

import pytest

from pipeline.record.events import ActionFinished, FidelityNoted, Noted
from pipeline.record.verdict import Outcome
from pipeline.rehearsal.errors import Broke, Unreadable
from pipeline.rehearsal.journey import NOTHING_DEPLOYED, Journey
from pipeline.rehearsal.runners.approval import Nobody
from pipeline.rehearsal.world.base import World
from pipeline.rehearsal.world.fake import Ending, FakeWorld
from tests.unit.pipeline.rehearsal.travelling import (
    PROD,
    SEED,
    SEED_SCRIPT,
    SETTINGS,
    Trip,
    product,
    release,
    world,
)


@pytest.fixture
def trip(tmp_path: Path) -> Trip:
    return Trip(product(tmp_path / "orders"), tmp_path)


def travel(trip: Trip) -> Outcome:
    return Journey(trip.asked(), trip.around(), trip.events.append).travel().outcome


def deployed_topic(trip: Trip) -> str:
    topic: str = trip.world.stacks[PROD, "orders"].template["Resources"]["Topic"]["Properties"]["DisplayName"]
    return topic


def test_a_first_release_goes_over_nothing_and_says_so(trip: Trip) -> None:
    release(trip.root, "sell")

    assert travel(trip) is Outcome.PASSED
    assert trip.story() == [
        "setup: passed",
        "  candidate: passed, synthesized: 2 templates",
        "  world: passed, the local AWS answers",
        "Source: passed",
        "  source: passed, <sell>: sell",
        "Build: passed",
        "  Synth: passed, 1 command",
        "noted first release: there is no earlier commit to deploy first",
        "prod: passed",
        "  Deploy: passed, CREATE_COMPLETE; nothing to shift",
        "  noted prod: first release, nothing to shift",
    ]
    assert deployed_topic(trip) == "one"


def test_the_base_is_put_up_and_filled_before_the_candidate_touches_anything(trip: Trip) -> None:
    release(trip.root, "sell", pyproject_dot_toml=SETTINGS + SEED, seed_dot_sh=SEED_SCRIPT)
    release(trip.root, "gift", topic="two")

    assert travel(trip) is Outcome.PASSED
    assert trip.story() == [
        "setup: passed",
        "  base: passed, synthesized: 2 templates",
        "  candidate: passed, synthesized: 2 templates",
        "  world: passed, the local AWS answers",
        "Source: passed",
        "  source: passed, <gift>: gift",
        "Build: passed",
        "  Synth: passed, 1 command",
        "base: passed",
        "  pipeline: passed, CREATE_COMPLETE",
        "  prod.Deploy: passed, CREATE_COMPLETE",
        "seed: passed",
        "  prod: passed, filled prod at http://127.0.0.1:9",
        "prod: passed",
        "  Deploy: passed, UPDATE_COMPLETE; nothing to shift",
        "  noted prod: nothing to shift: no new Lambda version",
    ]
    assert deployed_topic(trip) == "two"
    assert trip.world.bootstrapped == {("111111111111", "eu-west-1"), (PROD, "eu-west-1")}


def test_a_stand_in_serves_from_before_the_base_goes_up_until_the_end(trip: Trip) -> None:
    told = '[tool.slipway.rehearsal.stand_ins]\n"https://bank.example" = "sh bank.sh"\n'
    serves = 'echo http://127.0.0.1:4711 > "$SLIPWAY_STAND_IN_OUT"\nexec cat\n'
    release(trip.root, "sell")
    release(trip.root, "pay", topic="two", pyproject_dot_toml=SETTINGS + told, bank_dot_sh=serves)

    assert travel(trip) is Outcome.PASSED
    assert trip.world.stood_in == {"https://bank.example": "http://127.0.0.1:4711"}


def test_that_nobody_can_approve_is_said_before_the_first_stage(trip: Trip) -> None:
    release(trip.root, "sell", approval=True)
    trip.approver = Nobody()

    assert travel(trip) is Outcome.UNREADABLE
    assert trip.story()[3:5] == [
        "noted nobody can answer when the pipeline asks for approval (approval.ask): "
        "this run has no terminal and will end there; add --approve, or run it in a terminal",
        "Source: passed",
    ]


def test_gates_find_the_base_and_what_it_promised_beside_it(trip: Trip) -> None:
    release(trip.root, "sell")
    release(trip.root, "gift")

    travel(trip)

    assert "base: cdk.out contracts source" in trip.log("Build.Synth.log")
    assert "change: gift" in trip.log("Build.Synth.log")
    assert "change: sell" not in trip.log("Build.Synth.log")


def test_gates_are_told_that_a_first_release_is_one(trip: Trip) -> None:
    release(trip.root, "sell")

    travel(trip)

    assert "first: 1, base: " in trip.log("Build.Synth.log")


def test_a_base_without_a_seed_command_is_told_as_not_filled(trip: Trip) -> None:
    release(trip.root, "sell")
    release(trip.root, "gift")

    travel(trip)

    assert FidelityNoted("data of the base release", "not exercised", "it brings no seed command") in trip.events


def test_a_base_that_cant_be_deployed_is_our_failure_and_names_the_way_out(trip: Trip) -> None:
    base = release(trip.root, "sell")
    release(trip.root, "gift")
    trip.world = world(Ending("ROLLBACK_COMPLETE", failures={"Topic": "no more topics"}))

    with pytest.raises(Broke) as broke:
        travel(trip)

    assert str(broke.value) == (
        f"the base release {base[:7]} can't be deployed: prod.Deploy: Topic (AWS::SNS::Topic): no more topics; "
        "orders ended in ROLLBACK_COMPLETE; name another with --base"
    )


def test_a_base_that_does_not_synthesize_is_told_apart_from_the_candidate(trip: Trip) -> None:
    base = release(trip.root, "sell", synth_dot_sh="echo no such stack\nexit 4\n")
    release(trip.root, "gift")

    with pytest.raises(Unreadable) as unreadable:
        travel(trip)

    log = trip.folder / "run-1" / "logs" / "base.synth.log"
    assert str(unreadable.value).splitlines() == [
        f"commit {base[:7]} does not synthesize: 'sh synth.sh' ended with 4",
        f"    no such stack; the log: {log}",
        "that is the base release; name another with --base",
    ]


def test_what_a_release_changes_of_its_own_pipeline_is_said_before_it_goes_on(trip: Trip) -> None:
    release(trip.root, "sell")
    release(trip.root, "ask", approval=True)

    assert travel(trip) is Outcome.PASSED
    noted = [event.text for event in trip.events if isinstance(event, Noted)]
    assert [text for text in noted if "itself" in text] == ["the pipeline changes itself: + stage approval"]


def test_a_stage_without_the_apis_address_is_not_filled_and_that_is_told(trip: Trip) -> None:
    release(trip.root, "sell", pyproject_dot_toml=f'{SETTINGS}api_output = "Url"\n{SEED}', seed_dot_sh=SEED_SCRIPT)
    release(trip.root, "gift")

    travel(trip)

    assert FidelityNoted("data of the base release", "not exercised", "no stage puts out Url") in trip.events


def test_a_pipeline_that_deploys_nothing_says_that_no_base_went_up(trip: Trip, monkeypatch: pytest.MonkeyPatch) -> None:
    release(trip.root, "sell")
    release(trip.root, "gift")
    monkeypatch.setattr("pipeline.rehearsal.journey.base_release.first_stage_that_touches", lambda _: None)

    travel(trip)

    assert Noted(NOTHING_DEPLOYED) in trip.events
    ended = [event.stage for event in trip.events if isinstance(event, ActionFinished)]
    assert ended == ["setup", "setup", "setup", "Source", "Build", "prod"]


class NoWorld(FakeWorld):
    """A world that can't start."""

    def start(self) -> None:
        raise Broke("no free port")


def test_without_a_world_nothing_is_walked(trip: Trip) -> None:
    release(trip.root, "sell")
    trip.world = NoWorld()
    assert isinstance(trip.world, World)

    with pytest.raises(Broke, match=r"^no free port$"):
        travel(trip)

    told = trip.story()
    assert told[0] == "setup: broke"
    assert "  world: broke, no free port" in told
    assert {line[:3] for line in told[1:]} == {"  c", "  w"}


def test_a_base_that_an_earlier_run_synthesized_is_told_as_kept(trip: Trip) -> None:
    release(trip.root, "sell")
    travel(trip)
    release(trip.root, "gift")
    shutil.rmtree(trip.folder / "run-1")
    again = Trip(trip.root, trip.folder)

    travel(again)

    assert "  base: passed, 2 templates, kept from an earlier run" in again.story()
