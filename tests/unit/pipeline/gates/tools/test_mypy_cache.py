"""One cache for all clean folders, one mypy at a time in it, and copies that have their own."""

import fcntl
from pathlib import Path

import pytest

from pipeline.gates.context import Context
from pipeline.gates.tools.mypy_cache import LOCK, OWN, cache_folder, mypy_cache
from pipeline.mutation.ask import OWN_TYPES
from tests.unit.pipeline.gates.world import LIMITED, context


def known(context: Context) -> dict[str, str]:
    """What mypy finds in its cache, before it writes there that it has looked."""
    with mypy_cache(context) as cache:
        found = {file.name: file.read_text() for file in sorted(cache.glob("*.db"))}
        (cache / f"{len(found)}.db").write_text("looked")
    return found


def others_wait(context: Context) -> bool:
    shared = cache_folder(context.cache, context.root)
    with (shared.parent / f"{shared.name}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_a_cache_belongs_to_a_lock(tmp_path: Path) -> None:
    first = cache_folder(Path("/c"), tmp_path)
    (tmp_path / "locks").mkdir()
    (tmp_path / LOCK).write_text("aws-cdk-lib==2.272.0")
    second = cache_folder(Path("/c"), tmp_path)
    assert (first, second.parent) == (Path("/c/mypy/unlocked"), Path("/c/mypy"))
    assert second.name != first.name


def test_what_one_has_looked_at_the_next_knows(tmp_path: Path) -> None:
    one = context(tmp_path)
    assert (known(one), known(one)) == ({}, {"0.db": "looked"})


def test_a_copy_begins_with_what_all_know_and_tells_nobody(tmp_path: Path) -> None:
    everybody, copy = context(tmp_path), context(tmp_path, LIMITED, None, **{OWN: "copy/mypy"})
    known(everybody)
    assert (known(copy), known(copy)) == ({"0.db": "looked"}, {"0.db": "looked", "1.db": "looked"})
    assert known(everybody) == {"0.db": "looked"}
    assert (tmp_path / "copy/mypy/1.db").is_file()


@pytest.mark.parametrize(("own", "waits"), [({}, True), ({OWN: "copy/mypy"}, False)])
def test_while_one_looks_others_wait_but_for_copies(tmp_path: Path, own: dict[str, str], waits: bool) -> None:
    one = context(tmp_path, LIMITED, None, **own)
    with mypy_cache(one):
        assert others_wait(one) is waits
    assert not others_wait(one)


def test_a_sweep_s_copies_say_where_theirs_is_by_this_name() -> None:
    assert list(OWN_TYPES) == [OWN]
