"""What can go wrong in a rehearsal, by whose fault: the reader's document, the change, or the rehearsal itself.

`Unreadable` ends the run with exit code 2, `Refused` with 1, anything else with 3. They are never turned into each
other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Problem:
    """One thing that can't be read: the file, the JSON path inside it, what is wrong, and what to do next."""

    file: str
    path: str
    what: str
    fix: str

    def __str__(self) -> str:
        """`file: path: what; fix` on one line, without the parts that are empty."""
        where = ": ".join(part for part in (self.file, self.path) if part)
        return f"{where}: {self.what}; {self.fix}" if where else f"{self.what}; {self.fix}"


class Unreadable(Exception):
    """A document or an argument can't be read, or asks for something the rehearsal doesn't know.

    `problems` are all that was found, at least one. The message has one line for each.
    """

    def __init__(self, what: str, fix: str, *, file: str = "", path: str = "") -> None:
        """A single problem; `of` makes one of several."""
        self.problems: tuple[Problem, ...] = (Problem(file, path, what, fix),)
        super().__init__(str(self.problems[0]))

    def __str__(self) -> str:
        """One line for each problem."""
        return "\n".join(str(problem) for problem in self.problems)

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> Self:
        """All of `problems` at once; ValueError if there are none."""
        found = tuple(problems)
        if not found:
            raise ValueError("Unreadable needs at least one problem")
        made = cls(found[0].what, found[0].fix)
        made.problems = found
        return made


class Refused(Exception):
    """The change failed: a runner raises it with the reason, as an alternative to returning a refused result."""


class Cancelled(Exception):
    """The action was stopped from outside, by a person or because another action was refused."""


class Broke(Exception):
    """The rehearsal itself failed, and knows why: the message says what and what to do, so no traceback is needed."""
