"""One tool's share of a gate's evidence, and how several tools run side by side."""

import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from pipeline.gates.context import Context, GateBroke
from pipeline.record.counting import counted
from pipeline.record.verdict import Finding

TOLD_ONLY = frozenset({"low", "note"})
"""Severities of findings that are told and refuse nothing."""


@dataclass(frozen=True)
class Part:
    """What one tool looked at and found; `broken` says why it can't be trusted (empty: it can).

    `findings` are those that nobody has waived; of them, the ones of a severity in `TOLD_ONLY` refuse nothing.

    `checked` counts `what` ("files", "tests"). A tool that found nothing to look at at all says so by 0, which refuses
    the change, or why that is as it should be in `idle`. What it could not look into or count makes it broken; tests
    that were there and did not run are `skipped`.
    """

    tool: str
    checked: int
    what: str
    findings: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    waived: tuple[Finding, ...] = ()
    broken: str = ""
    idle: str = ""
    seconds: float = 0.0
    skipped: int = 0

    @property
    def blind(self) -> bool:
        """Whether there was nothing for the tool to look at, and no good reason: the change took it away."""
        return not (self.checked or self.idle or self.broken or self.findings or self.waived)

    def told(self) -> str:
        """The part as one line for people."""
        if self.broken:
            return f"  {self.tool:<16} broke  {self.seconds:5.1f} s  {self.broken.splitlines()[0]}"
        refusing = sum(finding.severity not in TOLD_ONLY for finding in self.findings)
        counts = (
            (refusing, "found"),
            (len(self.findings) - refusing, "low"),
            (len(self.waived), "waived"),
        )
        looked_at = self.idle or counted(self.checked, self.what)
        told = [looked_at, *(f"{count:,} {word}" for count, word in counts if count)]
        return f"  {self.tool:<16} {'✗' if refusing or self.blind else '✓'} {self.seconds:9.1f} s  {', '.join(told)}"


type Job = Callable[[Context], Part]


def run_jobs(context: Context, jobs: Iterable[tuple[str, Job]], workers: int = 2) -> tuple[Part, ...]:
    """Every job's part in the order given; `workers` run at once. A job that raises becomes a broken part."""
    with ThreadPoolExecutor(max_workers=workers) as pool:
        running = [pool.submit(_run_one, context, name, job) for name, job in jobs]
        return tuple(future.result() for future in running)


def _run_one(context: Context, name: str, job: Job) -> Part:
    context.say(f"  {name} …")
    began = context.now()
    try:
        part = job(context)
    except GateBroke as problem:
        part = Part(name, 0, "", broken=str(problem))
    except Exception as problem:  # whatever a tool's reader did not foresee is ours, never the change's
        part = Part(name, 0, "", broken=f"{type(problem).__name__}: {problem}\n{traceback.format_exc()}")
    part = replace(part, tool=name, seconds=context.now() - began)
    context.say(part.told())
    return part
