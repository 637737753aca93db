"""The probes that the templates carry, asked of the functions themselves."""

import json
from collections.abc import Iterator
from dataclasses import asdict

import pytest

from pipeline.cloud.service.route_groups import ROUTE_GROUPS, RouteGroup
from pipeline.hooks.probes import objection, proxy_event, read_probes
from tests.support import events
from tests.support.dynamodb import stage_on
from tests.support.emulator import Emulator
from tests.support.http_api import HANDLERS
from tests.support.openapi import operations

CANARIED = [group for group in ROUTE_GROUPS if group.canary]


@pytest.fixture(scope="module")
def empty_stage(emulator: Emulator) -> Iterator[None]:
    """The handlers of this process work on a stage that holds nothing yet, as after a first deployment."""
    with stage_on(emulator):
        yield


def names(group: RouteGroup) -> str:
    return group.name


@pytest.mark.emulator
@pytest.mark.usefixtures("empty_stage")
@pytest.mark.parametrize("group", CANARIED, ids=names)
def test_a_group_answers_its_own_probes_on_an_empty_stage(group: RouteGroup) -> None:
    for probe in read_probes(json.dumps([asdict(each) for each in group.probes])):
        answered = HANDLERS[group.name](proxy_event(probe, "request-1", now=0), events.context(alias="", version="7"))
        assert objection(probe, None, json.dumps(answered).encode()) is None


@pytest.mark.parametrize("group", CANARIED, ids=names)
def test_a_probe_asks_for_what_the_contract_promises_of_the_group(group: RouteGroup) -> None:
    for probe in group.probes:
        operation = operations()[probe.method, probe.resource]
        assert operation["tags"] == [group.name]
        assert str(probe.status) in operation["responses"]


@pytest.mark.parametrize("group", CANARIED, ids=names)
def test_no_probe_changes_anything(group: RouteGroup) -> None:
    assert {probe.method for probe in group.probes} == {"GET"}
