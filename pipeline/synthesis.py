"""A synthesis that failed: whether the source is at fault, and one line that says where, what, and what to do.

The code that synthesizes is the tree's own: what it raises, whatever that is, speaks of the change. Only where the
machine failed beneath it (no memory, no disk, no Node) it does not. Nothing of the CDK is imported here.
"""

import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

_NODE = ("jsii", "_kernel", "providers")
_MISSING = (FileNotFoundError, NotADirectoryError, IsADirectoryError)
_SAID_BY_NODE = ("RuntimeError", "JSIIError")


def machine_failed(problem: Exception, root: Path = ROOT) -> bool:
    """Whether `problem` came from beneath the code in `root`.

    What the system refuses does, unless it is that a file of the tree is not there; and so does a Node that has gone,
    which jsii tells as an answer that is no JSON.
    """
    if isinstance(problem, OSError):
        missing = isinstance(problem, _MISSING) and isinstance(problem.filename, str)
        return not (missing and _is_ours(str(Path(problem.filename).absolute()), root))
    return isinstance(problem, MemoryError) or _node_went_away(problem, root)


def blame(problem: Exception, root: Path = ROOT) -> str:
    """`the source does not synthesize: SyntaxError: invalid syntax at pipeline/plan/delivery.py:12; …`, on one line."""
    what = problem.msg if isinstance(problem, SyntaxError) else str(problem)
    first = next((line.strip() for line in what.splitlines() if line.strip()), "")
    said = ": ".join(part for part in (type(problem).__name__, first) if part)
    place = _place(problem, root)
    return f"the source does not synthesize: {said}{place and f' at {place}'}; mend it, then run scripts/slipway synth"


def _place(problem: Exception, root: Path) -> str:
    """`file:line` in the tree: the line that can't be read, or the last of the tree's own that ran."""
    found = [
        (frame.filename, frame.lineno)
        for frame in traceback.extract_tb(problem.__traceback__)
        if _is_ours(frame.filename, root)
    ]
    if isinstance(problem, SyntaxError) and problem.filename and _is_ours(problem.filename, root):
        found.append((problem.filename, problem.lineno))
    return f"{Path(found[-1][0]).relative_to(root)}:{found[-1][1]}" if found else ""


def _is_ours(file: str, root: Path) -> bool:
    return Path(file).is_relative_to(root) and "site-packages" not in Path(file).parts


def _node_went_away(problem: Exception, root: Path) -> bool:
    """Whether jsii failed while it spoke with Node; what Node itself answered is an error of the constructs."""
    for frame in reversed(traceback.extract_tb(problem.__traceback__)):
        parts = Path(frame.filename).parts
        if any(parts[at : at + len(_NODE)] == _NODE for at in range(len(parts))):
            return type(problem).__name__ not in _SAID_BY_NODE
        if _is_ours(frame.filename, root):
            return False
    return False
