"""Where mypy keeps what it knows, and that one mypy at a time writes there.

Checking aws_cdk for the first time takes about a minute. Mypy trusts a cached module when its size and its contents'
hash are the same, whatever its path and time stamp, so one cache serves every clean copy of the source: it is kept
outside, in a folder named after the lock that says which libraries are installed. Who tries many changes, one after the
other, gives each copy a cache of its own, which begins as that one: mypy would else look again at what the change
before had touched.
"""

import fcntl
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.gates.context import Context

OWN = "SLIPWAY_MYPY_CACHE"
"""The variable that names the folder of a copy's own cache, from the root of its source."""
LOCK = "locks/development.txt"


@contextmanager
def mypy_cache(context: Context) -> Iterator[Path]:
    """The folder of the cache; while others have the one for all, this waits."""
    shared = cache_folder(context.cache, context.root)
    shared.mkdir(parents=True, exist_ok=True)
    own = context.root / given if (given := context.environ.get(OWN)) else None
    with (shared.parent / f"{shared.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if own is None:
            yield shared
            return
        if not own.exists():
            shutil.copytree(shared, own)
    yield own


def cache_folder(cache: Path, root: Path) -> Path:
    """The cache for the libraries of `root`'s lock."""
    lock = root / LOCK
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:12] if lock.exists() else "unlocked"
    return cache / "mypy" / digest
