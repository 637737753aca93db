"""Passes of earlier runs, kept by what the gate looked at: what has not changed is not asked again, and it is said.

Only passes are kept, in `$SLIPWAY_HOME`, never those of a gate that asks a stage, and only where nothing changed while
the gate looked. What was not run, for want of a network, may run the next time: such a pass is no other's, either. What
can't be read or written is as if it were not there: the gate is asked.
"""

import os
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.gates.context import FRESH, Context
from pipeline.gates.inputs import digest_of_inputs
from pipeline.record.verdict import NOT_RUN, Outcome, UnreadableVerdict, Verdict, from_json, to_json

KEPT = 32
"""How many passes of each gate are kept: those used last."""
VERDICT = "verdict.json"
RUN = "SLIPWAY_RUN"
"""The variable by which a rehearsal says its name to its gates."""


@dataclass(frozen=True)
class Passes:
    """The passes of one gate; `key` is the digest of what it looked at when it was asked, at `began` by its clock."""

    context: Context
    key: str
    began: float

    @classmethod
    def of(cls, context: Context) -> "Passes":
        """Those of the context's gate, which must be one that asks no stage."""
        began = context.now()
        return cls(context, digest_of_inputs(context), began)

    def recall(self) -> Verdict | None:
        """The verdict of the run that looked at the same, with its test reports put into `out`; None if none did."""
        folder = self._folder
        try:
            verdict = from_json((folder / VERDICT).read_bytes())
            for report in folder.glob("*.junit.xml"):
                shutil.copyfile(report, self.context.out / report.name)
            os.utime(folder)
        except (OSError, UnreadableVerdict):
            return None
        if verdict.outcome is not Outcome.PASSED or verdict.gate != self.context.gate.name:
            return None
        return replace(
            verdict,
            summary=f"{verdict.summary}; from {verdict.kept_from}: nothing it looks at has changed",
            see_again=f"{FRESH}=1 {verdict.see_again}",
            seconds=self.context.now() - self.began,
        )

    def keep(self, verdict: Verdict) -> None:
        """Keep a whole pass with its reports; nothing with another outcome, or where something changed meanwhile."""
        if verdict.outcome is not Outcome.PASSED or self._left_out(verdict):
            return
        if digest_of_inputs(self.context) != self.key:
            return
        home = self._folder.parent
        try:
            home.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=home, prefix=".") as scratch:
                whole = Path(scratch, self.key)
                whole.mkdir()
                (whole / VERDICT).write_text(to_json(replace(verdict, kept_from=self._this_run)))
                for report in self.context.out.glob("*.junit.xml"):
                    shutil.copyfile(report, whole / report.name)
                whole.rename(self._folder)
            _clear(home)
        except OSError:  # it is there already, or the disk is full
            return

    def _left_out(self, verdict: Verdict) -> bool:
        """Whether something was not run that may be another time: not so in a rehearsal, which its key tells apart."""
        undone = any(warning.severity == NOT_RUN for warning in verdict.warnings)
        return undone and not self.context.rehearsed

    @property
    def _folder(self) -> Path:
        return self.context.cache / "passes" / self.context.gate.name / self.key

    @property
    def _this_run(self) -> str:
        run = self.context.environ.get(RUN)
        return f"run {run}" if run else f"`slipway gate {self.context.gate.name}` of {self.context.today}"


def _clear(home: Path) -> None:
    """Forget all but those used last."""
    by_use = sorted(home.glob("[!.]*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in by_use[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
