"""One tool's share of a gate's evidence, and how several tools run side by side."""

import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from pipeline.gates.context import Context, GateBroke
from pipeline.record.verdict import Finding


@dataclass(frozen=True)
class Part:
    """What one tool looked at and found; `broken` says why it can't be trusted (empty: it can).

    `checked` counts `what` ("files", "tests"). A tool that checked nothing is broken unless it says why in `idle`.
    """

    tool: str
    checked: int
    what: str
    findings: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    broken: str = ""
    idle: str = ""
    seconds: float = 0.0

    def told(self) -> str:
        """The part as one line for people."""
        if self.broken:
            return f"  {self.tool:<16} broke  {self.seconds:5.1f} s  {self.broken.splitlines()[0]}"
        found = f", {len(self.findings)} found" if self.findings else ""
        return f"  {self.tool:<16} {'✗' if self.findings else '✓'} {self.seconds:9.1f} s  " + (
            self.idle or f"{self.checked:,} {self.what}{found}"
        )


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
        part = _distrust_nothing_checked(job(context))
    except GateBroke as problem:
        part = Part(name, 0, "", broken=str(problem))
    except Exception as problem:  # whatever a tool's reader did not foresee is ours, never the change's
        part = Part(name, 0, "", broken=f"{type(problem).__name__}: {problem}\n{traceback.format_exc()}")
    part = replace(part, tool=name, seconds=context.now() - began)
    context.say(part.told())
    return part


def _distrust_nothing_checked(part: Part) -> Part:
    if part.checked or part.idle or part.broken or part.findings:
        return part
    return replace(part, broken=f"checked no {part.what}: a check that looked at nothing proves nothing")
