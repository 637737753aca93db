"""What tools see out of the box: only what they do not tell of the tree as it is."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.part import Part
from pipeline.mutation.ask import Surroundings
from pipeline.mutation.catalogue import Edit, Kind
from pipeline.mutation.copies import Copies
from pipeline.mutation.stock import Seen, Stock, by_class, line, new
from pipeline.record.verdict import Finding
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.errors import Broke
from tests.unit.pipeline.mutation.world import change, repository


def reader(context: Context) -> Part:
    """A tool that tells of every False, and always of one thing more."""
    text = (context.root / "api/orders.py").read_text()
    found = [Finding("api/orders.py:1", "R1 is False")] * text.count("False")
    return Part("reader", 1, "files", (Finding("api/orders.py:9", "R0 no docstring"), *found))


def broken(_: Context) -> Part:
    raise GateBroke("no such program")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path)


def stock(root: Path, tool: object = reader) -> Stock:
    around = Surroundings({"PATH": os.environ["PATH"]}, Cancel())
    said: list[str] = []
    return Stock(Copies(root), root / ".slipway/kept", around, said.append, (("reader", tool),))  # type: ignore[arg-type]


def test_what_is_told_without_the_change_is_not_seen(root: Path) -> None:
    nothing = replace(change("z04"), edits=(Edit("api/orders.py", "True", "None"),))
    seen = stock(root).look([change("z03"), nothing, change("good", Kind.GOOD)])
    assert seen == (Seen("z03", (("reader", "api/orders.py  R1 is False"),)), Seen("z04"))


def test_what_was_looked_at_before_is_not_looked_at_again(root: Path) -> None:
    first = stock(root).look([change("z03")])
    assert stock(root, broken).look([change("z03")]) == first


def test_what_can_not_be_looked_at_is_not_seen_and_says_why(root: Path) -> None:
    gone = replace(change("z03"), edits=(Edit("api/orders.py", "SOLD", ""),))
    unmade = change("z04", said={"synth": "2\n"})
    first, second = stock(root).look([gone, unmade])
    assert (first.findings, first.why) == ((), "api/orders.py: 'SOLD' … stands there 0 times, 1 expected")
    assert (second.findings, second.why) == ((), "slipway: so says synth")


def test_a_tool_that_gave_no_answer_is_asked_again(root: Path) -> None:
    stock(root).look([change("z04")])  # the tree itself

    (first,) = stock(root, broken).look([change("z03")])
    assert (first.findings, first.why) == ((), "reader: no such program")
    (again,) = stock(root).look([change("z03")])
    assert again.findings == (("reader", "api/orders.py  R1 is False"),)


def test_tools_that_can_not_look_at_the_tree_itself_are_our_failure(root: Path) -> None:
    with pytest.raises(Broke, match="the tools can't look at HEAD: reader: no such program"):
        stock(root, broken).look([change("z03")])


def test_a_finding_is_new_where_it_is_told_more_often_than_before() -> None:
    before = {"nag": ["a", "a", "b"]}
    assert list(new(before, {"nag": ["a", "a", "a"], "zizmor": ["c"]})) == [("nag", "a"), ("zizmor", "c")]


def test_they_are_counted_by_class_and_all_together() -> None:
    seen = (Seen("z03", (("reader", "x"),)), Seen("z04"))
    assert by_class([change("z03"), change("z04")], seen) == {"authorization": (1, 2), "all": (1, 2)}
    unseen = Seen("z05", why="it does not synthesize")
    assert by_class([change("z03"), change("z04"), change("z05")], (*seen, unseen))["all"] == (1, 2)
    assert line(change("z05"), unseen).startswith("! z05")
    assert line(change("z03"), seen[0]).split() == ["✓", "z03", "authorization", "reader", "x"]
