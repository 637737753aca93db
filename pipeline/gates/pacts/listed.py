"""The list of consumers against the pacts that are there, and against what the base release's consumers rely on."""

from collections.abc import Collection, Iterable, Iterator

from pipeline.gates.breaking import EVENTS
from pipeline.gates.context import Context, GateBroke
from pipeline.gates.openapi.node import UnreadableContract
from pipeline.gates.pacts.consumers import FILE, Live, UnreadableList, read_consumers
from pipeline.gates.pacts.cover import uncovered
from pipeline.gates.pacts.needs import Need, live_in
from pipeline.gates.pacts.pact import PACTS, Pact, UnreadablePact, pacts_in
from pipeline.gates.pacts.promised import unpromised
from pipeline.gates.part import Part
from pipeline.plan.delivery import DELIVERY
from pipeline.record.verdict import Finding

KEPT = "live/"
"""Where pacts of older versions are, below the folder of pacts: no test writes those any more."""
_ADD = f"list who made it, which version of theirs, and where that is live, in {FILE}"
_KEEP = (
    f"keep the pact as it was beside the new one, below {PACTS}/{KEPT}, and name it with its digest in {FILE}; "
    "or let that version go from every stage first, and say so there, in a release of its own"
)


def check(context: Context) -> Part:
    """What is wrong with the list, and what a live version relies on that no pact says any more."""
    try:
        listed, pacts = read_consumers(context.root), tuple(pacts_in(context.root / PACTS))
    except UnreadableList as problem:
        return Part("consumers", 0, "pacts", (Finding(f"{FILE}:1", f"unreadable: {problem}", "mend the file"),))
    except UnreadablePact as problem:
        return Part("consumers", 0, "pacts", (Finding(str(PACTS), f"unreadable: {problem}", "mend the file"),))
    findings = [*wrong(listed, pacts, [stage.name for stage in DELIVERY.stages])]
    findings += _read(pacts, context)
    left: tuple[Finding, ...] = ()
    if context.base is not None:
        try:
            live, before = live_in(context.base), read_consumers(context.base)
        except (UnreadablePact, UnreadableList) as problem:
            raise GateBroke(f"the base release: {problem}") from problem
        findings += lost(live, pacts)
        left = tuple(gone(before, listed))
    unlisted = [pact for pact in pacts if pact.name not in {entry.pact for entry in listed}]
    notes = [Finding(f"{PACTS}/{pact.name}", "pact-unlisted: nobody says where it is live", _ADD) for pact in unlisted]
    return Part("consumers", len(pacts), "pacts", tuple(findings), (*notes, *left))


def _read(pacts: tuple[Pact, ...], context: Context) -> list[Finding]:
    """What readers of events rely on and is not promised; schemas that can't be read are told by who compares them."""
    try:
        return [*unpromised(pacts, context.root)]
    except (GateBroke, UnreadableContract) as problem:
        return [Finding(str(EVENTS), f"unreadable: {problem}", "mend the file")]


def wrong(listed: Iterable[Live], pacts: Iterable[Pact], stages: Collection[str]) -> Iterator[Finding]:
    """The entries that do not say what is true."""
    there = {pact.name: pact for pact in pacts}
    for entry in listed:
        who, pact = f"{entry.consumer} {entry.version}", there.get(entry.pact)
        if pact is None and entry.stages:
            yield _finding(f"pact-missing: {who} is live and has no pact: {entry.pact} is not there", "bring it back")
        if unknown := sorted({*entry.stages} - {*stages}):
            yield _finding(f"stage-unknown: {who} is live in {', '.join(unknown)}", f"there are {', '.join(stages)}")
        if pact is None:
            continue
        if (entry.consumer, entry.provider) != (pact.consumer, pact.provider):
            said = f"pact-of-another: {entry.pact} is between {pact.consumer} and {pact.provider}, not {who}'s"
            yield _finding(f"{said} with {entry.provider}", "name the right file")
        if entry.digest is None and entry.pact.startswith(KEPT):
            yield _finding(f"digest-missing: {who} relies on {entry.pact}", f'write digest = "{pact.digest}"')
        if entry.digest not in (None, pact.digest):
            said = f"pact-changed: {entry.pact}, on which {who} relies, is no longer what it was ({pact.short})"
            yield _finding(said, _KEEP)


def gone(before: Iterable[Live], listed: Iterable[Live]) -> Iterator[Finding]:
    """Stages that a version is said to have left: from the next release on nobody asks for its sake there."""
    now = {(entry.consumer, entry.provider, entry.version): entry.stages for entry in listed}
    for entry in before:
        still = now.get((entry.consumer, entry.provider, entry.version), ())
        if less := [stage for stage in entry.stages if stage not in still]:
            yield _finding(
                f"stage-left: {entry.consumer} {entry.version} is said to be live in {', '.join(less)} no more, "
                f"and the next release may break it there",
                "see that it has gone from there",
            )


def lost(live: Iterable[Need], pacts: Iterable[Pact]) -> Iterator[Finding]:
    """What versions rely on that are live, and no pact of this source says: nobody would notice when it goes."""
    pacts = list(pacts)
    for need in live:
        old = need.pact
        ours = [pact for pact in pacts if (pact.consumer, pact.provider) == (old.consumer, old.provider)]
        if any(pact.digest == old.digest for pact in ours):
            continue
        who = " ".join((old.consumer, *need.versions))
        for number in uncovered(old, ours):
            what = old.interactions[number].get("description", "?")
            said = f"pact-narrowed: {who} is live and relies on “{what}”, which no pact here says any more"
            yield Finding(_place(ours, old), f"{said} (#/interactions/{number} of {old.short})", _KEEP)


def _place(ours: list[Pact], old: Pact) -> str:
    """The file of ours in which it would be; its first line, since what is gone has none."""
    same = [pact for pact in ours if pact.name == old.name] or ours
    return f"{PACTS}/{same[0].name if same else old.name}:1"


def _finding(what: str, fix: str) -> Finding:
    return Finding(f"{FILE}:1", what, fix)
