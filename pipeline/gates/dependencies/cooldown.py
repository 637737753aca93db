"""How old releases are: most of what is published to do harm is found, and gone, within a week. Pure.

`locks/released.txt` says when each locked version was published, as the index tells it; `scripts/lock` writes it. Where
it says nothing, the index itself is asked (`pipeline.gates.tools.release_days`).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from pipeline.gates.dependencies.locked import Locked
from pipeline.gates.dependencies.rules import LOCK_AGAIN
from pipeline.record.verdict import Finding

FILE = "locks/released.txt"
DAYS = 7
"""How old a release is at least when it is locked. The plan has a limit for it, so that no change asks for less."""
_LINE = re.compile(r"(?P<pin>\S+(?:==|@)\S+) (?P<day>\d{4}-\d{2}-\d{2})")


def released_in(text: str) -> dict[str, date]:
    """The day of each pin; ValueError with the line that is none."""
    found = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            told = _LINE.fullmatch(line.strip())
            if told is None:
                raise ValueError(f"{FILE}:{number}: not `name==version YYYY-MM-DD`")
            found[told["pin"]] = date.fromisoformat(told["day"])
    return found


def too_young(locked: Iterable[Locked], released: dict[str, date], today: date) -> Iterator[Finding]:
    """Locked versions that are younger than a week, or of which nobody knows how old they are.

    Days of versions that are in no lock any more refuse nothing.
    """
    pins = {one.pin: one for one in locked if one.version}
    for pin, one in pins.items():
        day = released.get(pin)
        if day is None:
            yield Finding(one.where, f"COOLDOWN {FILE} does not say when {pin} was published", LOCK_AGAIN, "high")
        elif (today - day).days < DAYS:
            wait = f"wait until it is {DAYS} days old, or lock an earlier one (scripts/lock leaves out what is younger)"
            yield Finding(one.where, f"COOLDOWN {pin} was published on {day}", wait, "high")
    for pin in sorted(released.keys() - pins.keys()):
        yield Finding(f"{FILE}:1", f"COOLDOWN {pin} is in no lock any more", LOCK_AGAIN, "low")
