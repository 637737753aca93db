"""Whatever an invocation leaves in its environment is seen, and what is tidied away or bounded is not."""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from api.adapters.remembered import Remembered
from api.adapters.sources import new_id, now
from tests.unit.api.handlers.every.environment import left_by

type Invoke = Callable[[], object]


class Adapter:
    """One that remembers what it is asked, in each of the ways in which that is done."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.found: dict[str, str] = {}
        self.known: set[str] = set()
        self.recent = Remembered(str.lower, timedelta(hours=1), now, most=1)
        self.descriptors: list[int] = []
        self.threads: list[threading.Thread] = []
        self.end = threading.Event()

    @cache  # noqa: B019 - it is one of them
    def cached(self, number: str) -> str:
        return number.lower()

    def run(self) -> None:
        thread = threading.Thread(target=self.end.wait)
        thread.start()
        self.threads.append(thread)

    def close(self) -> None:
        self.end.set()
        for thread in self.threads:
            thread.join()
        for descriptor in self.descriptors:
            os.close(descriptor)


@pytest.fixture
def adapter() -> Iterator[Adapter]:
    adapter = Adapter()
    yield adapter
    adapter.close()


def written(folder: Path) -> str:
    """A file, written as low down as Python goes."""
    path = folder / new_id()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    os.close(descriptor)
    return str(path)


KEPT: dict[str, Callable[[Adapter], object]] = {
    "an event in a list": lambda adapter: adapter.asked.append({"id": new_id()}),
    "an answer by its id": lambda adapter: adapter.found.update({new_id(): "found"}),
    "an id in a set": lambda adapter: adapter.known.add(new_id()),
    "what a method has answered": lambda adapter: adapter.cached(new_id()),
}


@pytest.mark.parametrize("kept", KEPT)
def test_memory_that_grows_is_seen(adapter: Adapter, kept: str) -> None:
    left = left_by(lambda: KEPT[kept](adapter))
    assert left.memory > 64
    (said,) = left.complaints
    assert said.startswith("memory grows by ")
    assert ".py:" in said


@pytest.mark.parametrize(
    "leave",
    [
        lambda _: tempfile.NamedTemporaryFile("w", delete=False).close(),
        lambda _: tempfile.mkdtemp(),
        lambda _: subprocess.run(["mktemp"], check=True, stdout=subprocess.DEVNULL),
        lambda folder: (folder / new_id()).write_text("{}"),
        lambda folder: (folder / new_id()).mkdir(),
        written,
        lambda folder: Path(written(folder)).rename(folder / new_id()),
    ],
    ids=["temporary-file", "temporary-folder", "child", "file", "folder", "descriptor", "renamed"],
)
def test_files_are_seen_wherever_they_are_left(tmp_path: Path, leave: Callable[[Path], object]) -> None:
    (said,) = left_by(lambda: leave(tmp_path) and None).complaints
    assert said.startswith("1 more files are on the disk after each invocation, such as /")


def test_threads_and_descriptors_are_seen(adapter: Adapter) -> None:
    assert "1 more threads run after each invocation" in left_by(adapter.run).complaints
    left = left_by(lambda: adapter.descriptors.append(os.dup(1)))
    assert left.complaints == ["1 more file descriptors are open after each invocation"]


def circle() -> None:
    """What only a search for garbage finds."""
    ring: list[object] = [new_id()]
    ring.append(ring)


def tidied() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "page.html").write_text("page")


@pytest.mark.parametrize(
    "tidy",
    [
        lambda _: sys.stdout.write(new_id() * 1_000),
        lambda _: circle(),
        lambda _: tidied(),
        lambda adapter: adapter.recent.get(new_id()),
        lambda adapter: adapter.cached("the same"),
    ],
    ids=["printed", "garbage", "tidied", "bounded", "the-same"],
)
def test_what_does_not_grow_is_nothing(adapter: Adapter, tidy: Callable[[Adapter], object]) -> None:
    assert left_by(lambda: tidy(adapter)).complaints == []
