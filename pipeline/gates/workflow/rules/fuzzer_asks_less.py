"""The fuzzer asks as much as in the base release: its checks, its phases, how many cases, and whose."""

import re
from collections.abc import Iterator

from pipeline.gates.workflow.asking import lines_with
from pipeline.gates.workflow.counted_code import words_in
from pipeline.gates.workflow.fuzzed import FOLDER, phases_of
from pipeline.gates.workflow.fuzzing import FILE, Settings, fuzzing_in
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.tree import Tree

ASKING = frozenset(
    {"auth", "checks", "enabled", "exclude", "generation", "max-failures", "phases", "suppress-health-check"}
)
"""What of the settings, or of an operation's, says how much is asked. The rest says with what, and how it is told."""
STATUSES = "expected-statuses"
HARMLESS = frozenset({"database", "no-shrink", "seed"})
_OPTION = re.compile(
    r"--(?:baseline(?:-update)?|checks|exclude-(?:by|checks|deprecated|method|name|operation-id|path)(?:-regex)?"
    r"|include-by|max-examples|max-failures|max-time|mode|suppress-health-check)(?:=.*)?"
)
"""Options of Schemathesis by which it asks less, or stops sooner, whatever its settings say."""


def _check(look: Look) -> Iterator[Found]:
    yield from _settings(look)
    if look.base is not None:
        yield from _runs(look.base, look.now)


def _runs(base: Tree, now: Tree) -> Iterator[Found]:
    """What the code tells the fuzzer besides its settings."""
    old, new = phases_of(base.code), phases_of(now.code)
    where = next((path for path in sorted(now.code) if path.startswith(FOLDER) and "Run(" in now.code[path]), FOLDER)
    if old and not new:
        yield Found(f"{where}:1", "nobody can read any more who is asked in which phases", told=True)
    for caller, phases in old.items() if new else ():
        if lost := sorted(phases - new.get(caller, frozenset())):
            line = lines_with(now.code.get(where, ""), f"configs[{caller.upper()}]")
            yield Found(f"{where}:{line}", f"what {caller} may call is not asked in {', '.join(lost)} any more")
    for path, source in now.code.items():
        if path.startswith(FOLDER) and source != base.code.get(path):
            for word in sorted(words_in(source) - words_in(base.code.get(path, ""))):
                if _OPTION.fullmatch(word):
                    line = lines_with(source, word)
                    yield Found(f"{path}:{line}", f"{word} is told to it, newly, and has it ask less")


def _settings(look: Look) -> Iterator[Found]:
    text, before = look.now.texts.get(FILE), look.base.texts.get(FILE) if look.base else None
    old = fuzzing_in(before) if before is not None else None
    if old is None:
        return
    if text is None:
        yield Found(f"{FILE}:1", "it is gone, and with it all that the fuzzer is told")
        return
    new = fuzzing_in(text)
    if new is None:
        yield Found(f"{FILE}:1", "it can't be read as TOML with variables in place of numbers")
        return
    for way in sorted({*old, *new}):
        if ASKING.intersection(way) and way[-1] not in HARMLESS and (what := _less(way, old, new)):
            told = way[-2] if way[-1] in ("enabled", STATUSES) and len(way) > 1 else way[-1]
            yield Found(f"{FILE}:{lines_with(text, told)}", f"{' → '.join(way)} {what}")


def _less(way: tuple[str, ...], old: Settings, new: Settings) -> str:
    """Why that is less than before; empty where it is not."""
    before, now = old.get(way), new.get(way)
    if before == now:
        return ""
    match way[-1], before, now:
        case "enabled", _, _:
            return "" if now in (None, True) else "is off, and was not in the base release"
        case name, _, list() if name == STATUSES:
            known = before if isinstance(before, list) else _of_all(way, new)
            more = [one for one in now if known is None or one not in known]
            return f"lets through, newly, {', '.join(map(str, more))}" if more else ""
        case name, _, None if name == STATUSES:
            return ""
        case _, list(), list():
            lost = [one for one in before if one not in now]
            return f"has lost {', '.join(map(str, lost))}" if lost else ""
        case _, int() | float(), int() | float():
            return f"is {now}, and {before} in the base release" if now < before else ""
        case _, _, None:
            return "is gone"
    return f"is {now!r}" if before is None else f"is {now!r}, and {before!r} in the base release"


def _of_all(way: tuple[str, ...], new: Settings) -> list[object] | None:
    """The statuses that every other operation is let through with."""
    found = new.get(way[way.index("checks") :]) if "checks" in way[1:] else None
    return found if isinstance(found, list) else None


RULE = Rule(
    id="fuzzer-asks-less",
    what="a check or phase of the fuzzer that is off, for whoever calls, statuses that are let through, fewer cases or "
    "users, where the base release had it otherwise",
    why="whether an operation answers without a token, or another's, is asked by one check: `fuzz` is green without it",
    fix="bring it back; where less is right, waive this first, in a change of its own, with the reason",
    models="W22, API1",
    check=_check,
    against_base=True,
)
