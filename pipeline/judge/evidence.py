"""What is kept of a judgement, so that anybody may judge again: one JSON document, and it is read strictly.

It holds what was seen, bin by bin and a line each (newest last), and by the minute what Lambda alone counts (null where
nobody asked it) and what the stable version did before the shift, the policy, and the judgement as it was given. A file
that says anything twice, leaves anything out, adds anything, or tells of what can't be, is `UnreadableEvidence`: a
verdict on half of what was seen would look like a verdict. Floats are written as Python's `repr` writes them, the
shortest text that gives the same bits again, so `write(read(text))` is `text` for everything that was written here.

At 10 requests a second, 30 bins take 4 kB and 900 take 96 kB; at 1,000 a second, with every symptom of both versions in
every bin, 8 kB and 195 kB. So an event of CloudWatch Logs holds it, which is no larger than 256 KB (API reference,
PutLogEvents).
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pipeline.judge.clustering import MOST
from pipeline.judge.judging import Judgement, Verdict, Weighing, judge, overlap
from pipeline.judge.observed import MINUTE_SECONDS, Bin, Counts, Symptom
from pipeline.judge.policy import Policy, Unknown

SCHEMA = 3
"""Of the document. Raised when a field comes, goes, or means something else."""
MOST_REQUESTS = 10**12
"""In one bin. More can't be, and would not be counted exactly by the floats of the test."""
MOST_TOTAL = 10**18
"""In all bins together."""
MOST_SECONDS = 1_000_000.0
"""No rollout lasts longer (eleven days)."""
MOST_BINS = 2_000
"""Five hours and a half, in bins of ten seconds: AWS's slowest standard shift takes an hour and a half."""
LEAST_SECONDS = 1.0
"""No bin is shorter: CloudWatch counts by the second at its finest (high-resolution metrics)."""
LEAST_PART = 1e-9
"""No probability or part of a policy is smaller, so that every logarithm of it can be taken."""
LONGEST_NAME = 512
_FINITE = 1e300
_SHOWN = 40

NAMES = ("function", "alias", "canary_version", "stable_version", "stage", "deployment_id")
_FIELDS = ("schema", *NAMES, "bin_seconds", "policy", "bins", "minutes", "before", "judgement")
_POLICY = ("symptoms", "ruled_out", "alpha", "tolerated", "doubt", "inconclusive", "no_traffic")
_WEIGHING = (
    *("symptom", "requests", "bad", "stable_requests", "stable_bad"),
    *("clustered", "highest", "needed", "convicted_at", "ruled_out"),
)
_UNKNOWN: tuple[Unknown, ...] = get_args(Unknown.__value__)


class UnreadableEvidence(Exception):
    """The text is no evidence that can be judged again. Says at which field, and why."""


@dataclass(frozen=True)
class Evidence:
    """A judgement, of which rollout it is, and everything it rests on.

    `bins` are in the order of time and last `bin_seconds` each. `minutes`, if there are any, hold all that both
    versions were asked and Lambda's own count of invocations that ended in an error, which `bins` know nothing of then.
    `before` are minutes of the stable version alone.
    """

    function: str
    alias: str
    canary_version: str
    stable_version: str
    stage: str
    deployment_id: str
    bin_seconds: float
    policy: Policy
    bins: tuple[Bin, ...]
    judgement: Judgement
    minutes: tuple[Bin, ...] | None = None
    before: tuple[Bin, ...] = ()

    @property
    def coarse(self) -> tuple[tuple[Bin, ...], float]:
        """The bins that hold every symptom, and what each lasts in seconds: for judges that look at nothing finer."""
        return (self.bins, self.bin_seconds) if self.minutes is None else (self.minutes, MINUTE_SECONDS)

    def judged_again(self) -> Judgement:
        """What is made of the same bins by the same policy now."""
        return judge(self.bins, self.policy, self.bin_seconds, self.minutes, self.before)


def write(evidence: Evidence) -> str:
    """The document, which ends with a line feed. UnreadableEvidence where it would tell of what can't be."""
    head = {"schema": SCHEMA, **{name: getattr(evidence, name) for name in NAMES}}
    lines = [f"  {_json(name)}: {_json(value)}" for name, value in head.items()]
    lines.append(f'  "bin_seconds": {_json(float(evidence.bin_seconds))}')
    lines.append(f'  "policy": {_json(_of_policy(evidence.policy))}')
    lines.append(f'  "bins": {_a_line_each(map(_of_bin, evidence.bins))}')
    minutes = "null" if evidence.minutes is None else _a_line_each(map(_of_bin, evidence.minutes))
    lines.append(f'  "minutes": {minutes}')
    lines.append(f'  "before": {_a_line_each(map(_of_bin, evidence.before))}')
    lines.append(f'  "judgement": {written(evidence.judgement)}')
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    read(text)  # rather no evidence than some that nobody can judge again
    return text


def written(judgement: Judgement) -> str:
    """A judgement as the document holds it. Two are the same bit for bit if these texts are equal."""
    weighings = _a_line_each(map(_of_weighing, judgement.weighings))
    verdict, allowed = _json(judgement.verdict), _json(judgement.allowed)
    return f'{{"verdict": {verdict}, "allowed": {allowed}, "weighings": {weighings}}}'


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _a_line_each(values: "map[dict[str, object]]") -> str:
    lines = [f"    {_json(value)}" for value in values]
    return "[\n" + ",\n".join(lines) + "\n  ]" if lines else "[]"


def _of_policy(policy: Policy) -> dict[str, object]:
    return {name: getattr(policy, name) for name in _POLICY}


def _of_bin(seen: Bin) -> dict[str, object]:
    versions = {"canary": _of_counts(seen.canary), "stable": _of_counts(seen.stable)}
    return {"at": float(seen.at), "weight": float(seen.weight), **versions}


def _of_counts(counts: Counts) -> dict[str, object]:
    bad = {symptom.value: counts.bad[symptom] for symptom in Symptom if symptom in counts.bad}
    return {"requests": counts.requests, "bad": bad}


def _of_weighing(one: Weighing) -> dict[str, object]:
    told = {name: getattr(one, name) for name in _WEIGHING}
    at = None if one.convicted_at is None else float(one.convicted_at)
    floats = {name: float(getattr(one, name)) for name in ("clustered", "highest", "needed")}
    return {**told, **floats, "convicted_at": at}


def read(text: str) -> Evidence:
    """The evidence that `text` holds; UnreadableEvidence, and nothing else, if it is none."""
    try:
        document = json.loads(text, object_pairs_hook=_Fields)
    except json.JSONDecodeError as problem:
        raise UnreadableEvidence(f"line {problem.lineno}, column {problem.colno}: no JSON ({problem.msg})") from None
    except (ValueError, RecursionError) as problem:
        # A number of more digits than Python converts, or brackets in brackets without end.
        raise UnreadableEvidence(f"the document: no JSON that can be read ({problem})") from None
    return _evidence(document)


class _Fields(dict[str, Any]):
    """An object of the document, which remembers a field that was given twice."""

    def __init__(self, pairs: Sequence[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        times = Counter(name for name, _ in pairs) if len(pairs) > len(self) else Counter[str]()
        self.twice = next((name for name, count in times.items() if count > 1), None)


def _evidence(document: object) -> Evidence:
    if isinstance(document, _Fields) and "schema" in document and not _is_int(document["schema"], SCHEMA):
        raise _wrong("schema", document["schema"], f"this slipway reads {SCHEMA}; use the one that wrote it")
    fields = _object(document, "", _FIELDS)
    names = {name: _name(fields[name], name) for name in NAMES}
    bin_seconds = _number(fields["bin_seconds"], "bin_seconds", LEAST_SECONDS, MOST_SECONDS)
    policy = _policy(fields["policy"])
    bins = _bins(fields["bins"], "bins", bin_seconds)
    minutes = None if fields["minutes"] is None else _bins(fields["minutes"], "minutes", MINUTE_SECONDS)
    return Evidence(
        **names,
        bin_seconds=bin_seconds,
        policy=policy,
        bins=bins,
        judgement=_judgement(fields["judgement"], policy),
        minutes=minutes,
        before=_bins(fields["before"], "before", MINUTE_SECONDS),
    )


def _bins(value: object, path: str, seconds: float) -> tuple[Bin, ...]:
    """At most `MOST_BINS`, of so many seconds each, in the order of time."""
    bins = _list(value, path, _bin)
    if len(bins) > MOST_BINS:
        raise UnreadableEvidence(f"{path}: {len(bins):,} of them; a rollout has {MOST_BINS:,} at most")
    for n in range(1, len(bins)):
        if overlap(bins[n - 1], bins[n], seconds):
            before = f"{path}[{n - 1}], which is at {bins[n - 1].at!r} and takes {seconds:g} s"
            raise _wrong(f"{path}[{n}].at", bins[n].at, f"not after {before}")
    return bins


def _policy(value: object) -> Policy:
    fields = _object(value, "policy", _POLICY)
    symptoms = _symptoms(fields["symptoms"], "policy.symptoms")
    if not symptoms:
        raise _wrong("policy.symptoms", [], "a judge looks for at least one")
    ruled_out = _symptoms(fields["ruled_out"], "policy.ruled_out")
    for n, symptom in enumerate(ruled_out):
        if symptom not in symptoms:
            raise _wrong(f"policy.ruled_out[{n}]", symptom, "not among policy.symptoms")
    alpha, tolerated, doubt = (
        _number(fields[name], f"policy.{name}", LEAST_PART, 1.0 - LEAST_PART)
        for name in ("alpha", "tolerated", "doubt")
    )
    inconclusive, no_traffic = (
        _one_of(_UNKNOWN, fields[name], f"policy.{name}") for name in ("inconclusive", "no_traffic")
    )
    return Policy(symptoms, ruled_out, alpha, tolerated, doubt, inconclusive, no_traffic)


def _symptoms(value: object, path: str) -> tuple[Symptom, ...]:
    found = _list(value, path, _symptom)
    for n, symptom in enumerate(found):
        if symptom in found[:n]:
            raise _wrong(f"{path}[{n}]", symptom, "given twice")
    return found


def _symptom(value: object, path: str) -> Symptom:
    return _one_of(tuple(Symptom), value, path)


def _bin(value: object, path: str) -> Bin:
    fields = _object(value, path, ("at", "weight", "canary", "stable"))
    return Bin(
        at=_number(fields["at"], f"{path}.at", -MOST_SECONDS, MOST_SECONDS),
        weight=_number(fields["weight"], f"{path}.weight", 0.0, 1.0),
        canary=_counts(fields["canary"], f"{path}.canary"),
        stable=_counts(fields["stable"], f"{path}.stable"),
    )


def _counts(value: object, path: str) -> Counts:
    fields = _object(value, path, ("requests", "bad"))
    requests = _count(fields["requests"], f"{path}.requests", MOST_REQUESTS)
    bad = _object(fields["bad"], f"{path}.bad", (), optional=tuple(Symptom))
    return Counts(
        requests, {Symptom(name): _bad(bad[name], f"{path}.bad.{name}", requests, MOST_REQUESTS) for name in bad}
    )


def _judgement(value: object, policy: Policy) -> Judgement:
    fields = _object(value, "judgement", ("verdict", "allowed", "weighings"))
    weighings = _list(fields["weighings"], "judgement.weighings", _weighing)
    weighed = tuple(one.symptom for one in weighings)
    if weighed != policy.symptoms:
        told = f"of {', '.join(weighed) or 'nothing'}, where policy.symptoms are {', '.join(policy.symptoms)}"
        raise UnreadableEvidence(f"judgement.weighings: {told}")
    verdict = _one_of(tuple(Verdict), fields["verdict"], "judgement.verdict")
    return Judgement(verdict, weighings, _yes_or_no(fields["allowed"], "judgement.allowed"))


def _weighing(value: object, path: str) -> Weighing:
    fields = _object(value, path, _WEIGHING)
    at = fields["convicted_at"]
    requests, stable_requests = (
        _count(fields[name], f"{path}.{name}", MOST_TOTAL) for name in ("requests", "stable_requests")
    )
    return Weighing(
        symptom=_symptom(fields["symptom"], f"{path}.symptom"),
        requests=requests,
        bad=_bad(fields["bad"], f"{path}.bad", requests, MOST_TOTAL),
        stable_requests=stable_requests,
        stable_bad=_bad(fields["stable_bad"], f"{path}.stable_bad", stable_requests, MOST_TOTAL),
        clustered=_number(fields["clustered"], f"{path}.clustered", 1.0, MOST),
        highest=_number(fields["highest"], f"{path}.highest", 0.0, _FINITE),
        needed=_number(fields["needed"], f"{path}.needed", 0.0, _FINITE),
        convicted_at=None if at is None else _number(at, f"{path}.convicted_at", -MOST_SECONDS, 2 * MOST_SECONDS),
        ruled_out=_yes_or_no(fields["ruled_out"], f"{path}.ruled_out"),
    )


def _object(value: object, path: str, names: Sequence[str], optional: Sequence[str] = ()) -> Mapping[str, object]:
    """An object with all of `names`, and besides no others than `optional` ones."""
    if not isinstance(value, _Fields):
        raise _wrong(path or "the document", value, "not an object")
    within = f"{path}." if path else ""
    if value.twice is not None:
        raise UnreadableEvidence(f"{within}{_key(value.twice)}: given twice")
    known = (*names, *optional)
    for name in value:
        if name not in known:
            raise UnreadableEvidence(f"{within}{_key(name)}: no such field; there are {', '.join(known)}")
    for name in names:
        if name not in value:
            raise UnreadableEvidence(f"{within}{name}: missing")
    return value


def _list[T](value: object, path: str, each: Callable[[object, str], T]) -> tuple[T, ...]:
    if not isinstance(value, list):
        raise _wrong(path, value, "not a list")
    return tuple(each(one, f"{path}[{n}]") for n, one in enumerate(value))


def _name(value: object, path: str) -> str:
    if not isinstance(value, str) or not value or not value.isprintable() or len(value) > LONGEST_NAME:
        raise _wrong(path, value, f"not a name (1 to {LONGEST_NAME} printable characters)")
    return value


def _number(value: object, path: str, least: float, most: float) -> float:
    """A whole number is one, too; true and false are none, and neither are NaN and the infinities."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise _wrong(path, value, f"not a number from {least:g} to {most:g}")
    return float(value)


def _count(value: object, path: str, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise _wrong(path, value, f"not a whole number from 0 to {most:,}")
    return value


def _bad(value: object, path: str, requests: int, most: int) -> int:
    count = _count(value, path, most)
    if count > requests:
        raise _wrong(path, value, f"more than requests, which is {requests}")
    return count


def _yes_or_no(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(path, value, "neither true nor false")
    return value


def _one_of[T: str](known: tuple[T, ...], value: object, path: str) -> T:
    for one in known:
        if isinstance(value, str) and value == one:
            return one
    raise _wrong(path, value, f"none of {', '.join(known)}")


def _is_int(value: object, wanted: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value == wanted


def _wrong(path: str, value: object, why: str) -> UnreadableEvidence:
    return UnreadableEvidence(f"{path}: {_told(value)}, {why}")


def _told(value: object) -> str:
    """A value as the document writes it, or what kind it is where it is no single one."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return _short(json.dumps(value))


def _key(name: str) -> str:
    return name if name.isidentifier() and name.isascii() and len(name) <= _SHOWN else _short(json.dumps(name))


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
