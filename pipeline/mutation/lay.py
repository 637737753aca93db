"""Lays a change over a clean copy of HEAD, as commits of the copy: what was released before it, then the change."""

from pipeline.mutation.apply import apply
from pipeline.mutation.ask import Copy, fix
from pipeline.mutation.catalogue import Change
from pipeline.mutation.copies import Copies

FORMATTED = (".py", ".pyi", "contracts/openapi.yaml", "pyproject.toml")


def lay(change: Change, copies: Copies, copy: Copy) -> None:
    """Change the files of `copy` and commit them. NotApplied if anything is not as the change says."""
    if change.before is not None:
        _commit(change.before, copies, copy)
        copies.release(copy.root)
    if change.does_something:
        _commit(change, copies, copy)
    else:
        copies.take_back(copy.root, change.title)


def _commit(change: Change, copies: Copies, copy: Copy) -> None:
    changed = apply(change, copy.root)
    if change.fix and any(name.endswith(FORMATTED) for name in changed):
        fix(copy)
    copies.commit(copy.root, change.title)
