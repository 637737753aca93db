"""Runs the consumers' and the providers' tests, and holds what they say they did against the pacts that are there.

A test says what it did by properties in its JUnit file: `written pact` (a consumer's: the digest of the pact that its
use of the API made) and `verified pact` (a provider's: a digest, and how many interactions were verified). So a test
that is gone, is skipped or verifies nothing is noticed by what it did not say, whatever it looks like.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree as ET

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.pacts.broker import Broker, Fetched, fetch_live, publish
from pipeline.gates.pacts.consumers import FILE, UnreadableList, our_name
from pipeline.gates.pacts.listed import KEPT
from pipeline.gates.pacts.matrix import Row, matrix
from pipeline.gates.pacts.needs import FETCHED, HERE, needs_in, to_keep
from pipeline.gates.pacts.pact import PACTS, Pact, UnreadablePact, pacts_in, read_pact
from pipeline.gates.part import Part
from pipeline.gates.pytest_runs import as_part, files_of_tests, run_tests
from pipeline.record.verdict import Finding

TESTS = "tests/contract"
WRITTEN, VERIFIED = "written pact", "verified pact"
COMMIT = "CODEBUILD_RESOLVED_SOURCE_VERSION"
"""CodeBuild's name for the commit that it builds."""
EVERYBODY, PROVIDERS = "test_*.py", "test_provider_*.py"


@dataclass(frozen=True)
class Verification:
    """What the tests found, and the matrix of what they verified."""

    part: Part
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Said:
    """What the tests said they did: digests of pacts that were written, and counts of interactions by digest."""

    written: frozenset[str]
    verified: Mapping[str, int]


def verify(context: Context, only: str = EVERYBODY) -> Verification:
    """Run the tests of pacts whose files match `only`; `checked` counts the interactions that were verified."""
    there = [file for file in files_of_tests(context.root, [TESTS]) if Path(file).match(only)]
    if not there:
        return Verification(Part("pacts", 0, "interactions"))
    broker = Broker.of(context.environ)
    folder = context.out / "broker" if broker else None
    try:
        fetched = fetch_live(broker, _us(context), folder) if broker and folder else ()
        needs = to_keep(context.root, context.base, folder)
    except (UnreadablePact, UnreadableList) as problem:
        return Verification(Part("pacts", 0, "interactions", _unreadable(context, problem)))
    tests = run_tests(context, "pacts", there, environ={FETCHED: str(folder)} if folder else {})
    report = context.out / "pacts.junit.xml"
    said = said_in(report.read_text()) if report.exists() else Said(frozenset(), {})  # where nothing could be loaded
    rows = matrix(needs, said.verified)
    ours = tuple(pacts_in(context.root / PACTS)) if only == EVERYBODY else ()
    findings = [*unkept(rows), *unwritten(ours, said.written)]
    if broker:
        _tell(context, broker, fetched, rows)
    part = as_part("pacts", tests)
    counted = replace(part, checked=sum(row.verified for row in rows), what="interactions")
    return Verification(replace(counted, findings=(*part.findings, *findings)), rows)


def said_in(junit: str) -> Said:
    """What the tests in a JUnit file say they did."""
    properties = [(one.get("name"), one.get("value", "")) for one in ET.fromstring(junit).iter("property")]  # noqa: S314 - our own child wrote it
    counts: Counter[str] = Counter()
    for name, value in properties:
        digest, _, count = value.partition(" ")
        if name == VERIFIED and count.isdigit():
            counts[digest] = max(counts[digest], int(count))
    return Said(frozenset(value for name, value in properties if name == WRITTEN), counts)


def unkept(rows: Iterable[Row]) -> Iterator[Finding]:
    """The pacts of which something was not verified, or that ask for nothing."""
    for row in rows:
        pact = row.need.pact
        if not row.kept:
            told = "asks for nothing" if not row.asked else f"{row.verified} of {row.asked} interactions verified"
            what = f"pact-not-kept: {row.who} (live in: {row.where}) relies on {pact.provider} by {pact.short}: {told}"
            fix = "keep what it relies on; a version that needs it no longer is released, and listed, first"
            yield Finding(f"{PACTS}/{pact.name}:1", f"{what}, as {row.need.source} has it (#/interactions)", fix)


def unwritten(pacts: Iterable[Pact], written: frozenset[str]) -> Iterator[Finding]:
    """The pacts of this source that no consumer's test wrote, so that nobody knows whether it still means them."""
    for pact in pacts:
        if not pact.name.startswith(KEPT) and pact.digest not in written:
            what = f"pact-without-test: no test of {pact.consumer} wrote this pact ({pact.short})"
            yield Finding(f"{PACTS}/{pact.name}:1", what, "write it by using the API as the consumer does, not by hand")


def _us(context: Context) -> str:
    """What the broker calls us."""
    us = our_name(context.root)
    if us is None:
        raise GateBroke(f'a broker is configured, and {FILE} does not say what it calls us: write us = "…" there')
    return us


def _tell(context: Context, broker: Broker, fetched: Iterable[Fetched], rows: Iterable[Row]) -> None:
    """Let the broker know what became of its pacts: in a pipeline, where the version is one that may be deployed."""
    version = context.environ.get(COMMIT)
    if version is None:
        return
    kept = {row.need.pact.digest: row.kept for row in rows}
    for each in fetched:
        digest = read_pact(each.path, each.path.parent).digest
        publish(broker, each, version, success=kept[digest])


def _unreadable(context: Context, problem: Exception) -> tuple[Finding, ...]:
    """The finding for a file of ours; GateBroke where it is the base release's or the broker's."""
    try:
        needs_in(context.root, HERE)
    except (UnreadablePact, UnreadableList):
        return (Finding(str(PACTS), f"unreadable: {problem}", "mend the file"),)
    raise GateBroke(f"what is live can't be read: {problem}") from problem
