"""Names that are one slip away from a name that everybody knows: how a stranger's package gets in. Pure."""

from collections.abc import Iterable, Iterator

from pipeline.gates.dependencies.locked import Locked
from pipeline.record.verdict import Finding

SHORTEST = 5
"""Shorter names are near each other by chance."""
_FIX = "ask for the package that was meant; if this one was, name it in well_known.txt and say why in the change"


def lookalikes(locked: Iterable[Locked], known: frozenset[str]) -> Iterator[Finding]:
    """Locked packages that nobody knows and that look like one that everybody does."""
    bare: dict[str, str] = {_bare(name): name for name in sorted(known)}
    for one in {one.name: one for one in locked}.values():
        if one.name and one.name not in known and (meant := _meant(one.name, known, bare)):
            yield Finding(one.where, f"LOOKALIKE {one.name} is one slip away from {meant}", _FIX, "high")


def _meant(name: str, known: frozenset[str], bare: dict[str, str]) -> str | None:
    if (same := bare.get(_bare(name))) is not None:
        return same
    if len(name) < SHORTEST:
        return None
    return next((other for other in sorted(known) if len(other) >= SHORTEST and slips(name, other)), None)


def _bare(name: str) -> str:
    """A name without what people leave out or add: `python-dateutil`, `dateutil`, `py-dateutil`, `dateutil-py`."""
    word = name.removeprefix("python-").removesuffix("-python").removeprefix("py-").removesuffix("-py")
    return word.replace("-", "")


def slips(one: str, other: str) -> bool:
    """Whether one letter too many, too few, another, or two exchanged make the one the other."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    at = next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    if at is None:
        return True
    if len(one) == len(other):
        swapped = one[:at] + one[at + 1 : at + 2] + one[at : at + 1] + one[at + 2 :]
        return one[at + 1 :] == other[at + 1 :] or swapped == other
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[:at] + longer[at + 1 :] == shorter
