"""A small repository whose gates say what files of its own tell them to, and changes of it."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from pipeline.mutation.ask import Surroundings
from pipeline.mutation.catalogue import CONTROL, Change, Class, Edit, Expected, Kind, Write
from pipeline.mutation.copies import Copies
from pipeline.mutation.judge import Judged
from pipeline.mutation.kept import Kept
from pipeline.mutation.sweep import Hears, Sweep
from pipeline.mutation.walk import Way
from pipeline.plan.delivery import DELIVERY
from pipeline.plan.model import Delivery
from pipeline.record.verdict import Finding, Outcome, Verdict, to_json
from pipeline.rehearsal.cancel import Cancel
from tests.unit.pipeline.rehearsal.test_commits import git

CODES = {Outcome.PASSED: 0, Outcome.REFUSED: 1, Outcome.BROKE: 3}
# `says/<gate>` holds an exit code and a verdict; without it the gate passes. `synth` has an exit code alone.
SLIPWAY = r"""#!/usr/bin/env bash
if [ "$1" = synth ]; then
  echo "slipway: so says synth"
  [ -e says/synth ] && exit "$(cat says/synth)"
  mkdir -p "$3"
  exit 0
fi
[ "$1" = gate ] || exit 9
mkdir -p ".slipway/gates/$2"
said=says/$2
[ -e "$said" ] || said=says/passed
tail -n +2 "$said" | sed "s/GATE/$2/" >".slipway/gates/$2/verdict.json"
[ -s ".slipway/gates/$2/verdict.json" ] || rm ".slipway/gates/$2/verdict.json"
echo "$2 was asked"
exit "$(head -n 1 "$said")"
"""


def says(outcome: Outcome, what: str = "") -> str:
    """What makes a gate of the small repository end so, with one finding."""
    findings = (Finding("here", what),) if what else ()
    verdict = Verdict("GATE", outcome, f"{outcome}", 1, "files", "scripts/slipway gate GATE", findings=findings)
    return f"{CODES[outcome]}\n{to_json(verdict)}\n"


def repository(root: Path) -> Path:
    """The small repository, all of whose gates pass."""
    texts = {
        "scripts/slipway": SLIPWAY,
        "scripts/fix": "#!/bin/sh\ntouch fixed\n",
        "says/passed": says(Outcome.PASSED),
        "api/orders.py": "OWNED = True\n",
        ".gitignore": ".slipway/\n",
    }
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "scripts/slipway").chmod(0o755)
    (root / "scripts/fix").chmod(0o755)
    git(root, "init", "-q", "-b", DELIVERY.source.branch)
    git(root, "add", "--all")
    git(root, "commit", "-q", "-m", "one")
    return root


def change(
    name: str,
    kind: Kind = Kind.BAD,
    expected: tuple[Expected, ...] = (),
    said: Mapping[str, str] = MappingProxyType({}),
) -> Change:
    """A change of the small repository, by which the gates of `said` say what stands there."""
    return replace(
        CONTROL,
        id=name,
        kind=kind,
        class_=Class.GOOD if kind is Kind.GOOD else Class.AUTHORIZATION,
        title=name,
        expected=expected or (() if kind is Kind.GOOD else (Expected("unit", "owner"),)),
        edits=(Edit("api/orders.py", "True", "False"),),
        writes=tuple(Write(f"says/{gate}", text) for gate, text in said.items()),
    )


class Heard:
    """What a sweep told."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.waited: list[str] = []
        self.ended: list[tuple[str, str, bool]] = []

    def hears(self) -> Hears:
        return Hears(
            lambda change: self.began.append(change.id),
            lambda change: self.waited.append(change.id),
            lambda judged, again: self.ended.append((judged.change.id, judged.result, again)),
        )


def sweep(
    root: Path,
    delivery: Delivery,
    heard: Heard,
    *,
    fresh: bool = False,
    only: frozenset[str] = frozenset(),
    at_once: int = 1,
) -> Sweep:
    """A sweep over the small repository."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(root)}
    copies = Copies(root)
    around = Surroundings(environ, Cancel())
    return Sweep(Way(delivery, copies, only), Kept(root / ".slipway/kept"), around, heard.hears(), at_once, fresh)


def results(judged: tuple[Judged, ...]) -> dict[str, str]:
    return {one.change.id: one.result for one in judged}
