"""What the base release has written is read and changed by this one, and the other way round: a rollback is one, too.

Without a base release (SLIPWAY_BASE) this one is held against itself, and the gate says that nothing was compared.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from api.adapters.sources import new_id
from tests.support.dynamodb import TABLE
from tests.support.http_api import Reply
from tests.unit.api.compatibility.releases import ROOT, BaseUnreadable, NotPromised, Release, base_code, running
from tests.unit.api.compatibility.things import KINDS, Look, Maker, Thing

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator

ITEMS = int(os.environ.get("SLIPWAY_COMPATIBILITY_ITEMS") or 1)
"""How many items each release writes at least, all kinds of things together."""
OF_A_ROUND = 60
"""Fewer than one thing of each kind consists of."""
LOOKED_FOR, FEW = ("invoiced order", "parcel"), 10
"""Things whose events are looked for in all of the table, which takes the longer the more there is."""
BROKE = 3
SEALED = frozenset({"next_cursor"})
"""What is not said in words of its own: it differs each time, and the same follows from it."""


@pytest.fixture(scope="module")
def base(stage: "DynamoDBClient", tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    """The release that is deployed."""
    assert stage
    folder = os.environ.get("SLIPWAY_BASE")
    try:
        code = ROOT if folder is None else base_code(Path(folder), tmp_path_factory.mktemp("base"))
    except BaseUnreadable as problem:
        pytest.exit(str(problem), returncode=BROKE)
    with running("base", code) as release:
        yield release


@pytest.fixture(scope="module")
def candidate(stage: "DynamoDBClient") -> Iterator[Release]:
    """This release."""
    assert stage
    with running("candidate", ROOT) as release:
        yield release


@pytest.mark.parametrize("kind", KINDS)
def test_this_release_understands_what_the_base_release_has_written(
    stage: "DynamoDBClient", base: Release, candidate: Release, kind: str
) -> None:
    try:
        first = KINDS[kind](Maker(stage), base)
    except NotPromised:  # it could not do that yet, so there is nothing of it
        return
    handed_over(first, base, candidate, by=candidate)
    for _ in range(more(kind)):
        handed_over(KINDS[kind](Maker(stage), base), base, candidate, by=candidate)


@pytest.mark.parametrize("kind", KINDS)
def test_the_base_release_understands_what_this_one_has_written(
    stage: "DynamoDBClient", base: Release, candidate: Release, kind: str
) -> None:
    """As it has to after a rollback, and beside a canary."""
    try:
        own = shapes(KINDS[kind](Maker(stage), base).looks, base)
    except NotPromised:
        return
    for _ in range(1 + more(kind)):
        thing = KINDS[kind](Maker(stage), candidate)
        assert shapes(thing.looks, base) == own
        handed_over(thing, base, candidate, by=base)


def more(kind: str) -> int:
    """How many things of a kind follow the first, so that all kinds together are so many items."""
    return ITEMS // OF_A_ROUND if kind not in LOOKED_FOR else min(ITEMS // OF_A_ROUND, FEW)


def test_an_operation_that_the_base_release_has_not_yet_is_looked_at_in_this_one_alone(
    stage: "DynamoDBClient", candidate: Release, tmp_path: Path
) -> None:
    thing = Maker(stage).order(candidate)
    new = [look for look in thing.looks if look[0].endswith("/timeline")]
    with running("base", without(tmp_path, "/v1/orders/{id}/timeline")) as base:
        assert not shapes(new, base)
        assert len(shapes(thing.looks, base)) == len(thing.looks) - len(new)
        handed_over(thing, base, candidate, by=candidate)
    nowhere: Look = (f"/v1/orders/{new_id()}/timeline", new[0][1], {})
    with pytest.raises(AssertionError, match="is answered"):
        alike([nowhere], base, candidate)


def without(folder: Path, path: str) -> Path:
    """This release as it would be if it had no such path."""
    promise = yaml.load((ROOT / "contracts/openapi.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    del promise["paths"][path]
    (folder / "contracts").mkdir()
    (folder / "contracts/openapi.yaml").write_text(yaml.safe_dump(promise), encoding="utf-8")
    (folder / "api").symlink_to(ROOT / "api")
    return folder


def test_so_many_items_were_handed_over(stage: "DynamoDBClient") -> None:
    """Runs after the others, in the order of this file."""
    pages = stage.get_paginator("scan").paginate(TableName=TABLE, Select="COUNT")
    assert sum(page["Count"] for page in pages) >= 2 * ITEMS


def handed_over(thing: Thing, base: Release, candidate: Release, by: Release) -> None:
    """Let another release than its writer look at a thing, ask for it again, and change it."""
    alike(thing.looks, base, candidate)
    if thing.again is not None and thing.first is not None:
        again = thing.again(by)
        known = again.headers.get("Idempotent-Replayed") == "true"
        assert known, f"what the other release did is done once more under its key (api/handlers/repeating.py): {again}"
        assert told_as_well(thing.first.body, again.body) == []
    thing.change(by)
    alike(thing.looks, base, candidate)


def alike(looks: Iterable[Look], base: Release, candidate: Release) -> None:
    """Everything that the base release tells is told by this one, too. What is new in this one is only answered."""
    for look in looks:
        ours = answered(candidate, look)
        if base.promises("GET", look[0]):
            assert told_as_well(answered(base, look).body, ours.body) == [], look[0]


def answered(release: Release, look: Look) -> Reply:
    path, user, query = look
    reply = release.call("GET", path, user, query=query)
    assert reply.status == 200, f"{release.name}: GET {path} is answered {reply}"
    return reply


def told_as_well(told: Any, ours: Any, at: str = "") -> list[str]:
    """Where `ours` does not say what `told` does. What it says besides is nobody's loss."""
    match told, ours:
        case dict(), dict():
            lacking = [f"{at}/{name} is missing" for name in told if name not in ours]
            both = [name for name in told if name in ours and name not in SEALED]
            return lacking + [wrong for name in both for wrong in told_as_well(told[name], ours[name], f"{at}/{name}")]
        case list(), list() if len(told) == len(ours):
            pairs = enumerate(zip(told, ours, strict=True))
            return [wrong for place, (a, b) in pairs for wrong in told_as_well(a, b, f"{at}/{place}")]
        case _:
            return [] if told == ours else [f"{at} is {ours!r}, it was {told!r}"]


def shapes(looks: Iterable[Look], release: Release) -> list[Any]:
    """The shape of each look that the release can be asked for."""
    return [shape(answered(release, look)) for look in looks if release.promises("GET", look[0])]


def shape(reply: Reply) -> Any:
    """Which fields an answer has, whatever is in them."""
    return _shape(reply.body)


def _shape(value: Any) -> Any:
    match value:
        case dict():
            return {name: _shape(inner) for name, inner in value.items() if name not in SEALED}
        case list():
            return [_shape(each) for each in value[:1]]
        case _:
            return type(value).__name__


@pytest.mark.parametrize(
    ("told", "ours", "wrong"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, []),
        ({"a": 1, "b": 2}, {"a": 1}, ["/b is missing"]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, ["/a/0/b is 2, it was 1"]),
        ({"a": [1]}, {"a": []}, ["/a is [], it was [1]"]),
        ({"next_cursor": "x"}, {"next_cursor": "y"}, []),
        ({"next_cursor": "x"}, {}, ["/next_cursor is missing"]),
    ],
)
def test_what_is_told_no_more_is_named(told: Any, ours: Any, wrong: list[str]) -> None:
    assert told_as_well(told, ours) == wrong
