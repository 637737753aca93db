"""No gate asks for less than in the base release: none is gone, no floor is lower, no limit wider."""

from collections.abc import Iterator

from pipeline.gates.workflow.counted_code import CASES_OF_A_FUNCTION, functions_gone
from pipeline.gates.workflow.promised import PLAN, Demand
from pipeline.gates.workflow.rule import Found, Look, Rule

type Bounds = tuple[float | None, float | None]


def _check(look: Look) -> Iterator[Found]:
    old = look.base.promised if look.base else None
    if old is None:
        return
    new = look.now.promised
    if new is None:
        yield Found(f"{PLAN}:1", "the plan is gone, and with it all that it demands")
        return
    allowed = functions_gone(look.base, look.now) * CASES_OF_A_FUNCTION if look.base else 0
    for name, demand in old.gates.items():
        if name not in new.gates:
            yield Found(f"{PLAN}:1", f"nobody asks {name} any more")
        else:
            yield from _compared(name, demand, new.gates[name], allowed)


def _compared(name: str, old: Demand, new: Demand, allowed: int) -> Iterator[Found]:
    """A floor may follow the code that went, as in the revert of a release; a limit never."""
    less = old.checked_at_least - new.checked_at_least
    if less > 0:
        floors = f"{new.checked_at_least:,}, and {old.checked_at_least:,} in the base release"
        yield Found(f"{PLAN}:1", f"{name} must check at least {floors}", told=less <= allowed)
    for measure, bounds in old.limits.items():
        if measure not in new.limits:
            yield Found(f"{PLAN}:1", f"{name} has no limit for {measure} any more")
        elif _is_wider(bounds, new.limits[measure]):
            yield Found(f"{PLAN}:1", f"{name} has a wider limit for {measure} than in the base release")


def _is_wider(old: Bounds, new: Bounds) -> bool:
    low, high = old
    lower = low is not None and (new[0] is None or new[0] < low)
    higher = high is not None and (new[1] is None or new[1] > high)
    return lower or higher


RULE = Rule(
    id="floor-is-lowered",
    what="a gate that is gone, a floor that is lower, or a limit that is wider than in the base release",
    why="a floor close below what there is tells that tests are gone; lowered in the same change it tells nothing",
    fix="bring it back; where less is right, waive this first, in a change of its own, with the reason",
    models="W16, W22",
    check=_check,
    against_base=True,
)
