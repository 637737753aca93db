"""Nobody who had to agree in the base release has been taken out of CODEOWNERS."""

from collections.abc import Iterator

from pipeline.gates.workflow.codeowners import Owners, owners_in
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.rules.owners_are_missing import is_owned


def _check(look: Look) -> Iterator[Found]:
    old = owners_in(look.base.texts) if look.base else None
    new = owners_in(look.now.texts)
    if old is None or new is None or old == new:
        return  # without a file `owners-are-missing` says so
    told: set[tuple[int, str, bool]] = set()
    for path in look.now.paths:
        for number, what, refuses in _changes(old, new, path):
            if (number, what, refuses) not in told:
                told.add((number, what, refuses))
                yield Found(f"{new.path}:{number}", f"{what} ({path})", told=not refuses)


def _changes(old: Owners, new: Owners, path: str) -> Iterator[tuple[int, str, bool]]:
    before, after = set(old.of(path)), set(new.of(path))
    line = new.line_of(path)
    number = line.number if line else 1
    if before and not after:
        yield number, f"had {', '.join(sorted(before))} for owners, and has none now", True
    elif lost := before - after:
        yield number, f"{', '.join(sorted(lost))} need no longer agree", is_owned(path)
    elif before and (added := after - before):
        yield (
            number,
            f"{', '.join(sorted(added))} may agree alone now",
            not all("/" in one for one in added) and is_owned(path),
        )


RULE = Rule(
    id="owners-are-weakened",
    what="a file that lost its owners, or an owner of what decides over changes who was taken out or let in alone",
    why="any one owner's yes is enough: another owner, or none, is another decision",
    fix="bring the owner back, or waive this first, in a change of its own; a team that comes in is only told",
    models="S10",
    check=_check,
    against_base=True,
)
