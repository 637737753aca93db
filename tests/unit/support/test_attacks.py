"""The table of attacks is complete: an operation that is new has to be thought about."""

from collections import Counter

import pytest

from tests.support import attacks
from tests.support.attacks import TARGETS, Target
from tests.support.openapi import operations


def test_every_operation_of_the_promise_has_a_target_and_no_target_is_of_none() -> None:
    assert set(TARGETS) == {operation["operationId"] for operation in operations().values()}


def test_a_new_operation_is_refused_until_somebody_thinks_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    without = {name: target for name, target in TARGETS.items() if name != "getTimeline"}
    monkeypatch.setattr(attacks, "TARGETS", without)
    with pytest.raises(KeyError, match="getTimeline"):
        attacks.attacks()


def test_whatever_an_operation_takes_is_attacked() -> None:
    """Those that take nothing have nothing wrong with them but who asks."""
    counted = Counter(attack.operation for attack in attacks.attacks())
    takes_nothing = {
        operation["operationId"]
        for (method, _), operation in operations().items()
        if method == "GET" and not [each for each in operation.get("parameters", []) if "IfNoneMatch" not in str(each)]
    }
    assert set(counted) == set(TARGETS) - takes_nothing
    with_bodies = [operation["operationId"] for operation in operations().values() if "requestBody" in operation]
    assert all(counted[name] > 25 for name in with_bodies)


def test_a_good_request_keeps_the_promise() -> None:
    """Otherwise each attack on it would be refused for something else."""
    for operation in operations().values():
        target = TARGETS[operation["operationId"]]
        assert ("requestBody" in operation) is (target.body is not None), operation["operationId"]
        keys = [each for each in operation.get("parameters", []) if "IdempotencyKey" in str(each)]
        assert (target.once and bool(keys)) or not target.once


def test_every_attack_has_a_name_of_its_own() -> None:
    named = Counter(map(str, attacks.attacks()))
    assert [name for name, count in named.items() if count > 1] == []
    assert Target().body is None
