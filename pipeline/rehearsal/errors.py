"""What can go wrong in a rehearsal, by whose fault: the reader's document, the change, or the rehearsal itself.

`Unreadable` ends the run with exit code 2, `Refused` with 1, anything else with 3. They are never turned into each
other.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that can't be read: the file, the JSON path inside it, what is wrong, and what to do next."""

    file: str
    path: str
    what: str
    fix: str

    def __str__(self) -> str:
        """`file: path: what; fix` on one line."""
        where = f"{self.file}: {self.path}" if self.path else self.file
        return f"{where}: {self.what}; {self.fix}"


class Unreadable(Exception):
    """A document can't be read, or asks for something the rehearsal doesn't know: all its problems at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """`problems` must hold at least one."""
        self.problems = tuple(problems)
        if not self.problems:
            raise ValueError("Unreadable needs at least one problem")
        super().__init__("\n".join(str(problem) for problem in self.problems))


def unreadable(file: str, path: str, what: str, fix: str) -> Unreadable:
    """An Unreadable with a single problem."""
    return Unreadable((Problem(file, path, what, fix),))


class Refused(Exception):
    """The change failed: a runner raises it with the reason, as an alternative to returning a refused result."""


class Cancelled(Exception):
    """The action was stopped from outside, by a person or because another action was refused."""


class Broke(Exception):
    """The rehearsal itself failed, and knows why: the message says what and what to do, so no traceback is needed."""
