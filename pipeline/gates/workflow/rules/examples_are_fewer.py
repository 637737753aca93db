"""Properties are tried with examples that are made, and with no fewer than in the base release."""

from collections.abc import Iterator

from pipeline.gates.workflow.counted_code import changed_in, is_test
from pipeline.gates.workflow.examples import USUAL, Tried, tried_in
from pipeline.gates.workflow.rule import Found, Look, Rule


def _check(look: Look) -> Iterator[Found]:
    """A profile is compared wherever it was registered, a function's settings by its name."""
    if look.base is None:
        return
    changed = sorted(path for path in changed_in(look.base.code, look.now.code) if is_test(path))
    known = {name: one for path in changed for name, one in tried_in(look.base.code.get(path, "")).items()}
    for path in changed:
        before = tried_in(look.base.code.get(path, ""))
        for name, tried in tried_in(look.now.code.get(path, "")).items():
            for what in _told(tried, before.get(name) or known.get(name)):
                yield Found(f"{path}:{tried.line}", f"{name}: {what}")


def _told(now: Tried, base: Tried | None) -> Iterator[str]:
    yield from (what for what in now.wrong if base is None or what not in base.wrong)
    is_profile = now.place.startswith("the profile ")
    for name in USUAL:
        number, before = now.number(name), base.number(name) if base else (USUAL[name] if is_profile else None)
        if number is not None and before is not None and number < before:
            yield f"{name} is {number:,}, and {before:,} in the base release"


RULE = Rule(
    id="examples-are-fewer",
    what="settings of Hypothesis that make no examples, a handful, fewer than in the base release, or that nobody can "
    "read: `phases`, `max_examples`, `stateful_step_count`, a profile, `reproduce_failure`",
    why="a property that is tried with the examples that are written down is green, and holds for those alone",
    fix="bring them back, as numbers and phases that are written down; where fewer are right, waive this first, in a "
    "change of its own",
    models="W16",
    check=_check,
    against_base=True,
)
