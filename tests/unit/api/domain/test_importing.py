"""What becomes of an import and its file, whatever fails, comes twice or comes too late."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.domain import importing, limits
from api.domain.errors import Busy, ImportMissing, Overtaken
from api.domain.events import Cause, Event
from api.domain.importing import AT_WORK, BATCHES, CHUNK, PATIENCE, Arrived, Importing, Went
from api.domain.model import Product
from api.domain.photographs import Uploaded
from api.domain.product_imports import (
    UPLOADED_WITHIN,
    WAITS,
    AskingForImports,
    Failure,
    ImportStatus,
    Link,
    ProductImport,
    Progress,
)
from tests.unit.api.domain.examples import CAUSE, NOON, ProductsInMemory, product
from tests.unit.api.domain.test_batches import read

IMPORT_ID = "01JDA7C0R00000000000000006"
KEY = f"imports/{IMPORT_ID}.jsonl"


@dataclass
class Warehouse:
    """A store of imports and products, a bucket and a queue, of which any call may be made to fail."""

    products: ProductsInMemory = field(default_factory=ProductsInMemory)
    imports: dict[str, ProductImport] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    messages: list[tuple[str, int]] = field(default_factory=list)
    faults: list[Exception | None] = field(default_factory=list)
    """What the next transactions fail with; None for one that goes well."""
    meanwhile: list[Callable[[], object]] = field(default_factory=list)
    """What others do just before the next transactions."""
    pauses: list[int] = field(default_factory=list)
    dies_after: int | None = None
    """So many transactions go well, and then whoever works dies."""
    rests: int = 0
    now: datetime = NOON
    ids: int = 0

    def new_id(self) -> str:
        self.ids += 1
        return f"E{self.ids}"

    def keep(self, new: ProductImport) -> None:
        self.imports[new.id] = new

    def get(self, import_id: str) -> ProductImport | None:
        return self.imports.get(import_id)

    def change(self, after: ProductImport) -> None:
        if self.imports[after.id].version != after.version - 1:
            raise Busy
        self.imports[after.id] = after

    def work_off(self, after: ProductImport, changes: Sequence[tuple[Product, Event]]) -> None:
        if self.meanwhile:
            self.meanwhile.pop(0)()
        if self.faults and (fault := self.faults.pop(0)):
            raise fault
        if self.dies_after is not None:
            self.dies_after -= 1
            if self.dies_after < 0:
                raise KeyboardInterrupt
        if self.imports[after.id].version != after.version - 1:
            raise Overtaken
        there = {sku: each.version for sku, each in self.products.products.items()}
        if any(there.get(changed.sku, 0) != changed.version - 1 for changed, _ in changes):
            raise Busy
        for changed, event in changes:
            (self.products.add if changed.version == 1 else self.products.replace)(changed, event)
        self.imports[after.id] = after

    def link(self, key: str, size: int, now: datetime, lifetime: timedelta) -> Link:
        return Link(f"https://example.com/{key}?{size}", {}, now + lifetime)

    def pieces(self, uploaded: Uploaded, begin: int) -> Iterable[bytes] | None:
        content = self.files.get(uploaded.key)
        return None if content is None else [content[begin:]]

    def remove(self, uploaded: Uploaded) -> None:
        self.files.pop(uploaded.key, None)

    def go_on(self, product_import: ProductImport) -> None:
        self.messages.append((product_import.id, product_import.progress.lines))

    def rest(self) -> None:
        self.rests += 1

    def pause(self, attempt: int) -> None:
        self.pauses.append(attempt)
        self.now += timedelta(seconds=1)

    @property
    def desk(self) -> Importing:
        return Importing(self, self.products, self, self, read, self.rest, self.pause, lambda: self.now, self.new_id)

    @property
    def only(self) -> ProductImport:
        (found,) = self.imports.values()
        return found

    def ask(self) -> None:
        AskingForImports(self, self, lambda: self.now, lambda: IMPORT_ID).ask(10, CAUSE)

    def arrive(self, *lines: str, key: str = KEY, size: int | None = None, version: str = "v1") -> Arrived:
        content = "\n".join(lines).encode()
        self.files[key] = content
        return self.desk.arrive(Uploaded(key, len(content) if size is None else size, version))

    def work(self) -> list[Went]:
        """Work off messages until there are none."""
        went = []
        while self.messages:
            went.append(self.desk.go_on(*self.messages.pop(0)))
        return went


@pytest.fixture
def warehouse() -> Warehouse:
    made = Warehouse()
    made.ask()
    return made


def counts(progress: Progress) -> tuple[int, int, int, int]:
    return progress.lines, progress.created, progress.replaced, progress.rejected


def test_an_import_that_is_asked_for_waits_for_its_file_and_gives_a_link_to_it(warehouse: Warehouse) -> None:
    asking = AskingForImports(warehouse, warehouse, lambda: NOON, lambda: IMPORT_ID)
    asked, link = asking.ask(20, CAUSE)
    assert asked == ProductImport(IMPORT_ID, 20, ImportStatus.WAITING, 1, NOON, NOON, CAUSE)
    assert link == Link(f"https://example.com/{KEY}?20", {}, NOON + UPLOADED_WITHIN)
    assert asking.get(IMPORT_ID) == asked


def test_an_import_that_nobody_asked_for_is_missing(warehouse: Warehouse) -> None:
    with pytest.raises(ImportMissing):
        AskingForImports(warehouse, warehouse, lambda: NOON, lambda: IMPORT_ID).get("another")


def test_an_import_whose_file_does_not_come_has_expired(warehouse: Warehouse) -> None:
    just = AskingForImports(warehouse, warehouse, lambda: NOON + WAITS - timedelta(seconds=1), lambda: "")
    assert just.get(IMPORT_ID).status is ImportStatus.WAITING
    late = AskingForImports(warehouse, warehouse, lambda: NOON + WAITS, lambda: "")
    assert late.get(IMPORT_ID).status is ImportStatus.EXPIRED
    assert UPLOADED_WITHIN < WAITS


def test_a_file_is_worked_off_with_what_is_new_and_what_was_there(warehouse: Warehouse) -> None:
    warehouse.products.products["B"] = replace(product("B"), version=4)
    assert warehouse.arrive("A tea", "bad", "", "B mug") is Arrived.BEGUN
    assert (warehouse.only.status, warehouse.only.lines) == (ImportStatus.RUNNING, 4)
    assert warehouse.work() == [Went.DONE]
    done = warehouse.only
    assert (done.status, counts(done.progress)) == (ImportStatus.DONE, (4, 1, 1, 1))
    assert [fault.number for fault in done.progress.faults] == [2]
    kept = warehouse.products.products
    assert {sku: (each.details.name, each.version) for sku, each in kept.items()} == {"A": ("tea", 1), "B": ("mug", 5)}


def test_every_product_is_told_of_in_the_chain_of_who_asked(warehouse: Warehouse) -> None:
    warehouse.arrive("A tea", "B mug")
    warehouse.work()
    told = warehouse.products.events
    assert [(event.kind, event.data["sku"], event.data["version"]) for event in told] == [
        ("ProductChanged", "A", 1),
        ("ProductChanged", "B", 1),
    ]
    assert {event.cause.correlation_id for event in told} == {CAUSE.correlation_id}
    assert len({event.id for event in told}) == 2


def test_the_last_line_of_a_product_counts(warehouse: Warehouse) -> None:
    warehouse.arrive("A first", "A second", "A third")
    warehouse.work()
    assert counts(warehouse.only.progress) == (3, 1, 2, 0)
    assert warehouse.products.products["A"].details.name == "third"


def test_a_long_file_is_worked_off_in_chunks_with_rests_between_batches(warehouse: Warehouse) -> None:
    warehouse.arrive(*(f"A{number} x" for number in range(2 * CHUNK + 1)))
    assert warehouse.work() == [Went.ON, Went.ON, Went.DONE]
    assert counts(warehouse.only.progress) == (2 * CHUNK + 1, 2 * CHUNK + 1, 0, 0)
    assert warehouse.rests == 2 * (CHUNK // 25 - 1)


def test_a_file_that_lists_one_product_again_and_again_keeps_no_worker_for_long(warehouse: Warehouse) -> None:
    warehouse.arrive(*(f"A name-{number}" for number in range(2 * BATCHES + 1)))
    assert warehouse.work() == [Went.ON, Went.ON, Went.DONE]
    assert warehouse.products.products["A"].details.name == f"name-{2 * BATCHES}"


@pytest.mark.parametrize("transactions", range(4))
def test_whoever_dies_midway_has_done_nothing_twice(warehouse: Warehouse, transactions: int) -> None:
    warehouse.arrive(*(f"A{number} x" for number in range(100)), "bad")
    warehouse.dies_after = transactions
    (message,) = warehouse.messages
    with pytest.raises(KeyboardInterrupt):
        warehouse.desk.go_on(*message)
    warehouse.dies_after, warehouse.now = None, warehouse.now + AT_WORK
    assert warehouse.work() == [Went.DONE]
    assert counts(warehouse.only.progress) == (101, 100, 0, 1)
    assert {each.version for each in warehouse.products.products.values()} == {1}
    assert len(warehouse.products.events) == 100


def test_a_message_that_comes_twice_does_nothing_twice(warehouse: Warehouse) -> None:
    warehouse.arrive(*(f"A{number} x" for number in range(CHUNK + 1)))
    warehouse.messages *= 2
    assert warehouse.work() == [Went.ON, Went.ELSEWHERE, Went.DONE]
    warehouse.messages = [(IMPORT_ID, 0), (IMPORT_ID, CHUNK)]
    assert warehouse.work() == [Went.ENDED, Went.ENDED]
    assert len(warehouse.products.events) == CHUNK + 1


def test_a_message_that_lay_for_long_goes_on_where_the_import_stands(warehouse: Warehouse) -> None:
    warehouse.arrive(*(f"A{number} x" for number in range(CHUNK + 1)))
    first = warehouse.messages[0]
    warehouse.desk.go_on(*first)
    warehouse.messages = [first]  # the one that it has sent is lost
    warehouse.now += AT_WORK
    assert warehouse.work() == [Went.DONE]


def test_who_is_overtaken_leaves_it_to_the_other(warehouse: Warehouse) -> None:
    warehouse.arrive("A x")
    warehouse.faults = [Overtaken()]
    with pytest.raises(Overtaken):
        warehouse.work()
    assert warehouse.products.products == {}


def test_a_product_that_is_changed_at_the_same_moment_is_looked_at_again(warehouse: Warehouse) -> None:
    warehouse.arrive("A x")
    warehouse.faults = [Busy(), Busy()]
    assert warehouse.work() == [Went.DONE]
    assert counts(warehouse.only.progress) == (1, 1, 0, 0)
    assert (warehouse.pauses, warehouse.rests) == ([2, 3], 0)


def test_a_product_is_tried_again_for_as_long_as_the_message_has_time(warehouse: Warehouse) -> None:
    warehouse.arrive("A x")
    warehouse.faults = [Busy() for _ in range(int(PATIENCE.total_seconds()))]
    assert warehouse.work() == [Went.DONE]
    assert warehouse.now == NOON + PATIENCE


def test_a_product_that_is_always_changed_lets_the_message_come_again(warehouse: Warehouse) -> None:
    warehouse.arrive("A x")
    warehouse.faults = [Busy()] * 1_000
    with pytest.raises(Busy):
        warehouse.work()
    assert warehouse.only.progress == Progress()
    assert warehouse.now == NOON + PATIENCE


def test_where_some_was_done_another_message_takes_it_from_there(warehouse: Warehouse) -> None:
    """The one that has failed would come again after minutes only."""
    warehouse.arrive("A x", "A y")
    warehouse.faults = [None, *[Busy()] * (int(PATIENCE.total_seconds()) + 1)]
    assert warehouse.desk.go_on(*warehouse.messages.pop(0)) is Went.ON
    assert warehouse.messages == [(IMPORT_ID, 1)]
    assert warehouse.work() == [Went.DONE]
    assert counts(warehouse.only.progress) == (2, 1, 1, 0)


def test_a_message_whose_time_is_up_begins_no_further_batch(warehouse: Warehouse) -> None:
    warehouse.arrive("A x", "A y")

    def take_long() -> None:
        warehouse.now += PATIENCE

    warehouse.meanwhile = [take_long]
    assert warehouse.work() == [Went.ON, Went.DONE]


def test_two_imports_of_the_same_products_are_both_done_at_once(warehouse: Warehouse) -> None:
    other = f"{IMPORT_ID[:-1]}7"
    warehouse.arrive("A x", "B x")
    AskingForImports(warehouse, warehouse, lambda: NOON, lambda: other).ask(10, CAUSE)
    warehouse.arrive("B y", "C y", key=f"imports/{other}.jsonl")
    (first, second), warehouse.messages = warehouse.messages, []
    warehouse.meanwhile = [lambda: warehouse.desk.go_on(*second)]
    assert warehouse.desk.go_on(*first) is Went.DONE
    done = [counts(warehouse.imports[each].progress) for each in (IMPORT_ID, other)]
    assert done == [(2, 1, 1, 0), (2, 2, 0, 0)]
    assert {sku: each.version for sku, each in warehouse.products.products.items()} == {"A": 1, "B": 2, "C": 1}
    assert len(warehouse.products.events) == 4
    assert warehouse.now - NOON == timedelta(seconds=1)


def test_a_file_that_is_told_of_again_is_known(warehouse: Warehouse) -> None:
    warehouse.arrive("A x")
    assert warehouse.arrive("A x") is Arrived.KNOWN
    assert warehouse.messages == [(IMPORT_ID, 0)] * 2  # the first may never have been sent
    warehouse.work()
    assert warehouse.arrive("A x") is Arrived.KNOWN
    assert (warehouse.messages, len(warehouse.products.events)) == ([], 1)
    assert KEY in warehouse.files


def test_another_file_for_the_same_import_is_taken_away(warehouse: Warehouse) -> None:
    warehouse.arrive("A x")
    assert warehouse.arrive("A y", version="v2") is Arrived.TWICE
    assert (warehouse.files, warehouse.only.source) == ({}, "v1")


def test_a_file_that_comes_too_late_is_taken_away(warehouse: Warehouse) -> None:
    warehouse.now += WAITS
    assert warehouse.arrive("A x") is Arrived.LATE
    assert (warehouse.files, warehouse.messages) == ({}, [])


@pytest.mark.parametrize(
    "key",
    [
        "imports/01JDA7C0R00000000000000007.jsonl",
        f"imports/{IMPORT_ID}",
        f"imports/{IMPORT_ID}.jsonl.jsonl",
        f"imports/x/{IMPORT_ID}.jsonl",
        f"imports/{IMPORT_ID.lower()}.jsonl",
        f"claims/{IMPORT_ID}.jsonl",
        f"{KEY}\n",
        "",
    ],
)
def test_a_file_that_belongs_to_no_import_is_taken_away(warehouse: Warehouse, key: str) -> None:
    assert warehouse.arrive("A x", key=key) is Arrived.UNKNOWN
    assert (warehouse.files, warehouse.only.status) == ({}, ImportStatus.WAITING)


@pytest.mark.parametrize(("size", "failure"), [(0, Failure.EMPTY), (limits.MAX_IMPORT_BYTES + 1, Failure.TOO_LARGE)])
def test_a_file_of_an_impossible_size_fails_its_import(warehouse: Warehouse, size: int, failure: Failure) -> None:
    assert warehouse.arrive("A x", size=size) is Arrived.FAILED
    assert (warehouse.only.status, warehouse.only.failure) == (ImportStatus.FAILED, failure)
    assert (warehouse.files, warehouse.messages) == ({}, [])
    assert warehouse.arrive("A x", size=size) is Arrived.KNOWN


def test_a_file_of_too_many_lines_fails_before_any_of_them_is_looked_at(warehouse: Warehouse) -> None:
    assert warehouse.arrive(*["bad"] * (limits.MAX_IMPORT_LINES + 1)) is Arrived.FAILED
    assert warehouse.only.failure is Failure.TOO_MANY_LINES
    assert warehouse.messages == []


def test_as_many_lines_as_there_may_be_are_taken(warehouse: Warehouse) -> None:
    assert warehouse.arrive(*["bad"] * limits.MAX_IMPORT_LINES) is Arrived.BEGUN
    assert warehouse.only.lines == limits.MAX_IMPORT_LINES


def test_a_file_that_is_gone_fails_its_import(warehouse: Warehouse) -> None:
    assert warehouse.desk.arrive(Uploaded(KEY, 10, "v1")) is Arrived.FAILED
    assert warehouse.only.failure is Failure.GONE


def test_a_file_that_goes_midway_fails_its_import_and_what_was_done_stays(warehouse: Warehouse) -> None:
    warehouse.arrive(*(f"A{number} x" for number in range(CHUNK + 1)))
    assert warehouse.desk.go_on(*warehouse.messages.pop()) is Went.ON
    warehouse.files.clear()
    assert warehouse.work() == [Went.FAILED]
    assert (warehouse.only.failure, warehouse.only.progress.created) == (Failure.GONE, CHUNK)


def test_an_import_that_is_there_no_more_has_ended(warehouse: Warehouse) -> None:
    assert warehouse.desk.go_on("another", 0) is Went.ENDED


def test_two_who_begin_at_once_are_told_apart(warehouse: Warehouse) -> None:
    before = warehouse.only
    warehouse.arrive("A x")
    with pytest.raises(Busy):
        warehouse.change(before.begun(NOON, "v1", 3, 1))


def test_the_events_of_an_import_keep_the_trace_of_who_asked(warehouse: Warehouse) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    warehouse.imports[IMPORT_ID] = replace(warehouse.only, cause=Cause("C", "request", trace))
    warehouse.arrive("A x")
    warehouse.work()
    assert warehouse.products.events[0].cause.traceparent == trace


class Happens(Enum):
    """What may happen to the worker and its messages."""

    WORK = auto()
    DIE = auto()
    COME_TWICE = auto()
    TELL_OF_THE_FILE_AGAIN = auto()
    TIME_PASSES = auto()
    SOMEBODY_IS_IN_THE_WAY = auto()
    SOMEBODY_STAYS_IN_THE_WAY = auto()


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["A x", "B x", "C x", "D x", "bad", ""]), min_size=1, max_size=60),
    st.lists(st.sampled_from(Happens), max_size=30),
)
def test_whatever_happens_every_line_counts_once_in_its_order(content: list[str], happened: list[Happens]) -> None:
    warehouse = Warehouse()
    warehouse.ask()
    content = [*content, "A last"]
    with patch.object(importing, "CHUNK", 7):
        warehouse.arrive(*content)
        for each in happened:
            happen(warehouse, each, content)
        warehouse.now += AT_WORK
        warehouse.messages.append((IMPORT_ID, 0))  # sent back from the dead letters
        warehouse.work()
    goods = [line for line in content if line not in ("bad", "")]
    assert warehouse.only.status is ImportStatus.DONE
    skus = {line.partition(" ")[0] for line in goods}
    told = (len(content), len(skus), len(goods) - len(skus), content.count("bad"))
    assert counts(warehouse.only.progress) == told
    assert len(warehouse.products.events) == len(goods)
    assert warehouse.products.products["A"].details.name == "last"


def happen(warehouse: Warehouse, what: Happens, content: list[str]) -> None:
    match what:
        case Happens.SOMEBODY_IS_IN_THE_WAY:
            warehouse.faults = [Busy(), Busy(), None, Busy()]
        case Happens.SOMEBODY_STAYS_IN_THE_WAY if warehouse.messages:
            warehouse.faults = [None, *[Busy()] * 1_000]
            with suppress(Busy):
                warehouse.desk.go_on(*warehouse.messages[0])
                warehouse.messages.pop(0)
            warehouse.faults = []
        case Happens.TIME_PASSES:
            warehouse.now += AT_WORK
        case Happens.TELL_OF_THE_FILE_AGAIN:
            assert warehouse.arrive(*content) is Arrived.KNOWN
        case Happens.COME_TWICE if warehouse.messages:
            warehouse.messages.append(warehouse.messages[0])
        case Happens.WORK if warehouse.messages:
            warehouse.desk.go_on(*warehouse.messages.pop(0))
        case Happens.DIE if warehouse.messages:
            warehouse.dies_after = 1
            with suppress(KeyboardInterrupt):
                warehouse.desk.go_on(*warehouse.messages[0])
                warehouse.messages.pop(0)
            warehouse.dies_after = None
        case _:
            pass
