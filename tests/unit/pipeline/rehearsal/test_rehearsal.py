"""However a rehearsal ends: the world is stopped, and the tape is whole."""

from pathlib import Path

import pytest

from pipeline.record import tape
from pipeline.record.events import RunStarted
from pipeline.record.run import fold
from pipeline.record.verdict import Outcome
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.rehearsal import rehearse
from pipeline.rehearsal.runners.approval import Answer, FlagApprover, Question
from pipeline.rehearsal.world.fake import Ending, FakeWorld
from tests.unit.pipeline.rehearsal.travelling import Trip, product, release, world


@pytest.fixture
def trip(tmp_path: Path) -> Trip:
    return Trip(product(tmp_path / "orders"), tmp_path)


def rehearsed(trip: Trip) -> tuple[int, str, str]:
    """The exit code, where it ended, and the sentence; the tape is whole and the world is stopped."""
    end = rehearse(trip.asked(), trip.around(), (trip.hear,))
    recording = tape.read(trip.folder / "run-1" / tape.FILE_NAME)
    assert not trip.world.running
    assert recording.complete
    assert [entry.event for entry in recording.entries] == trip.events
    assert isinstance(trip.events[0], RunStarted)
    assert trip.events[-1] == end
    assert end.see_again == "scripts/rehearse"
    return end.exit_code, end.where, end.sentence


def test_a_first_release_is_delivered(trip: Trip) -> None:
    release(trip.root, "sell")

    assert rehearsed(trip) == (0, "prod", "delivered to prod: 0 of 0 gates passed")


def test_a_run_begins_with_what_is_rehearsed_over_what(trip: Trip) -> None:
    base = release(trip.root, "sell")
    sha = release(trip.root, "gift")

    rehearsed(trip)

    started = trip.events[0]
    assert isinstance(started, RunStarted)
    assert (started.run_id, started.product, started.commit.sha) == ("run-1", "orders", sha)
    assert started.base is not None
    assert (started.base.sha, started.base_reason) == (base, "the commit before it")
    assert (started.seed, started.speed, started.started_at) == (7, 30.0, "2026-01-01T00:00:00Z")


def test_an_approval_that_is_refused_refuses_the_release(trip: Trip) -> None:
    release(trip.root, "sell", approval=True)
    trip.approver = FlagApprover(False, "--reject")

    assert rehearsed(trip) == (1, "approval", "ask refused in approval: ask was rejected by --reject")
    assert fold(tape.read(trip.folder / "run-1" / tape.FILE_NAME).entries).stages[-1].outcome is Outcome.NOT_REACHED


def test_a_deployment_that_fails_refuses_the_release(trip: Trip) -> None:
    release(trip.root, "sell")
    release(trip.root, "gift", topic="two")
    trip.world = world(Ending("CREATE_COMPLETE"), Ending("UPDATE_ROLLBACK_COMPLETE", failures={"Topic": "no"}))

    code, where, sentence = rehearsed(trip)

    assert (code, where) == (1, "prod")
    assert sentence == ("Deploy refused in prod: Topic (AWS::SNS::Topic): no; orders ended in UPDATE_ROLLBACK_COMPLETE")


def test_a_tree_that_does_not_synthesize_is_unreadable_and_its_log_ends_the_sentence(trip: Trip) -> None:
    sha = release(trip.root, "sell", synth_dot_sh="echo first\necho KeyError: Table\nexit 1\n")

    code, where, sentence = rehearsed(trip)

    assert (code, where) == (2, "")
    assert sentence == (
        f"commit {sha[:7]} does not synthesize: 'sh synth.sh' ended with 1\n    first\n    KeyError: Table; "
        f"the log: {trip.folder}/run-1/logs/candidate.synth.log"
    )


def test_a_synth_command_that_broke_breaks_the_run_with_it(trip: Trip) -> None:
    release(trip.root, "sell", synth_dot_sh="echo setup: no python3 found.\nexit 3\n")

    code, where, sentence = rehearsed(trip)

    assert (code, where) == (3, "")
    assert sentence.endswith("\n    setup: no python3 found.")


def test_a_base_that_cant_be_deployed_breaks_the_run_and_accuses_nobody(trip: Trip) -> None:
    release(trip.root, "sell")
    release(trip.root, "gift")
    trip.world = world(Ending("ROLLBACK_COMPLETE", failures={"Topic": "no more topics"}))

    code, _, sentence = rehearsed(trip)

    assert code == 3
    assert sentence.endswith("; name another with --base")


class Interrupting:
    """A person who is asked, and stops the run."""

    def __init__(self, run: Cancel) -> None:
        self._run = run

    def ask(self, question: Question, cancel: Cancel) -> Answer:
        self._run.cancel("interrupted by SIGINT")
        cancel.check()
        return Answer(True, question.action)


def test_a_run_that_is_stopped_while_it_walks_is_interrupted(trip: Trip) -> None:
    release(trip.root, "sell", approval=True)
    trip.approver = Interrupting(trip.cancel)

    assert rehearsed(trip) == (130, "approval", "interrupted in approval")


def test_a_run_that_is_stopped_before_it_begins_is_interrupted(trip: Trip) -> None:
    release(trip.root, "sell")
    trip.cancel.cancel("interrupted by SIGTERM")

    assert rehearsed(trip) == (130, "", "interrupted by SIGTERM")


class Stopping(FakeWorld):
    """A world in which a person stops the run while the base release goes up."""

    cancel: Cancel

    def bootstrap(self, account: str, region: str) -> None:
        super().bootstrap(account, region)
        self.cancel.cancel("interrupted by SIGINT")


def test_a_run_that_is_stopped_while_the_base_goes_up_is_interrupted(trip: Trip) -> None:
    release(trip.root, "sell")
    release(trip.root, "gift")
    trip.world = Stopping()
    trip.world.cancel = trip.cancel

    assert rehearsed(trip) == (130, "", "interrupted by SIGINT")


class Dying(FakeWorld):
    """A world that ends by itself: at `bootstrap` number `at`, or with the deployment of the stack `orders`."""

    at = 0

    def bootstrap(self, account: str, region: str) -> None:
        super().bootstrap(account, region)
        self.at -= 1
        if self.at == 0:
            self._end()

    def next_ending(self, account: str, stack: str, created: bool) -> Ending:
        if stack == "orders":
            self._end()
        return super().next_ending(account, stack, created)

    def _end(self) -> None:
        self.ended = "the local AWS ended by itself (exit status -9); its log: emulator.log"
        raise ConnectionError('Could not connect to the endpoint URL: "http://127.0.0.1:9/"')


ENDED = "the local AWS ended by itself (exit status -9); its log: emulator.log"


def test_a_world_that_ends_while_accounts_are_prepared_is_why_the_run_broke(trip: Trip) -> None:
    release(trip.root, "sell")
    trip.world = Dying()
    trip.world.at = 1

    assert rehearsed(trip) == (3, "", ENDED)


def test_a_world_that_ends_while_the_base_goes_up_is_why_and_not_the_base(trip: Trip) -> None:
    release(trip.root, "sell")
    release(trip.root, "gift")
    trip.world = Dying()

    assert rehearsed(trip) == (3, "", ENDED)


def test_a_world_that_ends_while_the_candidate_goes_up_is_why_its_deployment_broke(trip: Trip) -> None:
    release(trip.root, "sell")
    trip.world = Dying()

    assert rehearsed(trip) == (3, "prod", f"Deploy broke in prod: {ENDED}")


class Bursting(FakeWorld):
    """A world with a fault in it."""

    def bootstrap(self, account: str, region: str) -> None:
        raise KeyError(f"{account} {region}")


def test_a_fault_of_our_own_breaks_the_run_and_its_traceback_is_kept(trip: Trip) -> None:
    release(trip.root, "sell")
    trip.world = Bursting()

    assert rehearsed(trip) == (3, "", "KeyError: '111111111111 eu-west-1'; see logs/slipway.log in the run's folder")
    assert "raise KeyError(" in trip.log("slipway.log")


class FullDisk(FakeWorld):
    """A world that takes the folder of the logs with it."""

    logs: Path

    def bootstrap(self, account: str, region: str) -> None:  # noqa: ARG002
        (self.logs / "slipway.log").mkdir()
        raise OSError("no space left on device")


def test_a_traceback_that_cant_be_written_takes_no_verdict_with_it(trip: Trip) -> None:
    release(trip.root, "sell")
    trip.world = FullDisk()
    trip.world.logs = trip.folder / "run-1" / "logs"

    code, _, sentence = rehearsed(trip)

    assert (code, sentence) == (3, "OSError: no space left on device; see logs/slipway.log in the run's folder")
