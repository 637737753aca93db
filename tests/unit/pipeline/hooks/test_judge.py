"""The judge: it looks until the deployment is over, publishes one number, and does not pretend to see."""

import time
from typing import Any

import pytest

from pipeline.hooks import clients, judge
from pipeline.hooks.judge import Blind, Saw, watch
from pipeline.hooks.verdict import judged
from pipeline.judge.evidence import read
from pipeline.judge.judging import Verdict
from tests.unit.pipeline.hooks.test_verdict import ENVIRONMENT
from tests.unit.pipeline.hooks.world import ALIAS, DEPLOYMENT, FUNCTION, STABLE, CloudWatch, CodeDeploy, answered

WHAT = judged(ENVIRONMENT, FUNCTION, ALIAS)
HEALTHY = answered(range(20), 10, 90)
FAILING = answered(range(20), 10, 90, ServerErrors=(5, 0))


class Watching:
    """A judge with so many seconds, of which each pause takes ten."""

    def __init__(self, codedeploy: CodeDeploy, cloudwatch: CloudWatch, seconds: float = 900.0) -> None:
        self._asked: tuple[Any, Any] = codedeploy, cloudwatch
        self.left, self.pauses = seconds, 0

    def look(self) -> Saw | None:
        return watch(*self._asked, WHAT, DEPLOYMENT, lambda: self.left, self._pause)

    def _pause(self) -> None:
        self.left -= 10
        self.pauses += 1


def published(codedeploy: CodeDeploy, cloudwatch: CloudWatch) -> list[float]:
    Watching(codedeploy, cloudwatch).look()
    return cloudwatch.published


def test_it_publishes_at_each_look_until_the_deployment_is_over() -> None:
    assert len(published(CodeDeploy(looks=4), CloudWatch(HEALTHY))) == 4


def test_a_version_that_fails_half_is_convicted_by_a_number_of_one() -> None:
    assert min(published(CodeDeploy(looks=2), CloudWatch(FAILING))) >= 1.0


def test_it_returns_what_convicted_and_nothing_of_a_good_version() -> None:
    saw = Watching(CodeDeploy(looks=2), CloudWatch(FAILING)).look()
    assert saw is not None
    assert saw["deployment"] == DEPLOYMENT
    assert read(saw["evidence"]).judgement.verdict is Verdict.ROLLBACK
    assert Watching(CodeDeploy(looks=2), CloudWatch(HEALTHY)).look() is None


def test_what_the_hour_before_tells_is_asked_once_and_counts() -> None:
    ill = answered(range(-360, 0), 0, 90)
    for minute in range(-60, 0, 10):
        ill[STABLE, "ServerErrors", 60 * minute] = 50
    cloudwatch = CloudWatch({**ill, **FAILING})
    assert max(published(CodeDeploy(looks=3), cloudwatch)) < 1.0
    assert len(cloudwatch.asked) == 4


def test_a_healthy_one_stays_far_below() -> None:
    assert max(published(CodeDeploy(looks=2), CloudWatch(HEALTHY))) < 0.5


def test_before_traffic_shifts_there_is_nothing_to_publish() -> None:
    assert published(CodeDeploy(looks=3, began=None), CloudWatch(FAILING)) == []


def test_a_look_that_nobody_answers_is_made_again() -> None:
    codedeploy = CodeDeploy(looks=2, silent=5)
    assert len(published(codedeploy, CloudWatch(HEALTHY))) == 2


def test_who_sees_nothing_six_times_in_a_row_lets_nothing_through() -> None:
    assert published(CodeDeploy(looks=0, silent=6), CloudWatch(HEALTHY)) == [1.0]
    assert published(CodeDeploy(looks=0, silent=5), CloudWatch(HEALTHY)) == []


class Flickering(CodeDeploy):
    """Answers each sixth question."""

    asked = 0

    def list_deployment_targets(self, deploymentId: str) -> Any:  # noqa: N803 - AWS's word
        self.asked += 1
        self.silent = int(self.asked % 6 != 0)
        return super().list_deployment_targets(deploymentId)


def test_who_sees_something_in_between_is_not_blind() -> None:
    assert max(published(Flickering(looks=6), CloudWatch(HEALTHY))) < 0.5


def test_counts_that_never_come_whole_are_not_seen_either() -> None:
    cloudwatch = CloudWatch(HEALTHY)
    cloudwatch.status = "InternalError"
    assert published(CodeDeploy(looks=8), cloudwatch) == [1.0, 1.0, 1.0]


def test_who_can_not_even_say_so_ends_in_an_error() -> None:
    cloudwatch = CloudWatch(HEALTHY)
    cloudwatch.mute = True
    with pytest.raises(Blind, match=f"6 looks in a row saw nothing of {DEPLOYMENT}: .*slow down"):
        published(CodeDeploy(silent=6), cloudwatch)


def test_it_ends_by_itself_before_lambda_ends_it() -> None:
    watching = Watching(CodeDeploy(), CloudWatch(HEALTHY), seconds=200)
    watching.look()
    assert watching.left == 70.0  # three calls of 21 seconds, and some


def test_the_function_looks_at_what_the_hook_named_and_waits_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    cloudwatch = CloudWatch(FAILING)
    for name, value in {**ENVIRONMENT, "LOOK_WAIT_SECONDS": "10"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clients, "codedeploy", lambda: CodeDeploy(looks=2))
    monkeypatch.setattr(clients, "cloudwatch", lambda: cloudwatch)
    monkeypatch.setattr(time, "sleep", pauses.append)
    saw = judge.handler({"deployment": DEPLOYMENT, "function": FUNCTION, "alias": ALIAS}, Context())
    assert (len(cloudwatch.published), pauses, saw is not None) == (2, [10.0, 10.0], True)


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 900_000
