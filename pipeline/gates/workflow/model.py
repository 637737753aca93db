"""Workflows, their jobs and steps, as frozen shapes with the lines where they stand. Pure.

What a field says is kept as GitHub was told it, expressions and all; nothing here decides what it comes to.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from pipeline.gates.workflow.yaml_text import Node

ALL = "*"
"""The scope of `read-all` and `write-all`: every one."""

_COMMENT = re.compile(r"""uses['"]?\s*:\s*['"]?[^\s'"#]+['"]?\s*#\s*(?P<comment>.*?)\s*$""")


@dataclass(frozen=True)
class Concurrency:
    """A group, and whether a newer run of it ends an older one: texts that may be expressions."""

    group: str
    cancels: str
    line: int


@dataclass(frozen=True)
class Step:
    """One step; `comment` stands behind its `uses`, `line` is where it begins and `run_line` where its script does."""

    line: int
    name: str
    uses: str
    comment: str
    run: str
    run_line: int
    given: Mapping[str, str]
    environ: Mapping[str, str]
    condition: str | None
    shell: str | None
    continues: str
    node: Node

    @property
    def action(self) -> str:
        """The action without its version (`actions/checkout`), in lower case, as GitHub compares it."""
        return self.uses.partition("@")[0].lower()


@dataclass(frozen=True)
class Job:
    """One job. `permissions` is None where the job says nothing of them; `check` is the name GitHub shows it by."""

    id: str
    line: int
    check: str
    needs: tuple[str, ...]
    condition: str | None
    environment: str | None
    permissions: Mapping[str, str] | None
    runs_on: tuple[str, ...]
    steps: tuple[Step, ...]
    uses: str
    secrets: str
    environ: Mapping[str, str]
    shell: str | None
    concurrency: Concurrency | None
    continues: str
    node: Node


@dataclass(frozen=True)
class Workflow:
    """One file of `.github/workflows`; `triggers` holds what each event is asked with."""

    path: str
    name: str
    triggers: Mapping[str, Node]
    permissions: Mapping[str, str] | None
    environ: Mapping[str, str]
    shell: str | None
    concurrency: Concurrency | None
    jobs: tuple[Job, ...]
    node: Node
    text: str

    def job(self, name: str) -> Job | None:
        """The job of this id, or None."""
        return next((job for job in self.jobs if job.id == name), None)

    def before(self, job: Job) -> tuple[Job, ...]:
        """All jobs that `job` waits for, near and far."""
        found: dict[str, Job] = {}
        ahead = list(job.needs)
        while ahead:
            one = self.job(ahead.pop())
            if one and one.id not in found:
                found[one.id] = one
                ahead += one.needs
        return tuple(found.values())

    def shell_of(self, job: Job, step: Step) -> str | None:
        """The shell that a step is run by, or None for GitHub's own choice."""
        return step.shell or job.shell or self.shell


@dataclass(frozen=True)
class Action:
    """A composite action of the tree itself."""

    path: str
    steps: tuple[Step, ...]
    node: Node
    text: str


def workflow(path: str, top: Node, text: str) -> Workflow:
    """The workflow that a file holds."""
    lines = text.splitlines()
    jobs = top.at("jobs")
    return Workflow(
        path,
        _text(top.at("name")) or PurePosixPath(path).name,
        _triggers(top.at("on")),
        _permissions(top.at("permissions")),
        _texts(top.at("env")),
        _text(top.at("defaults", "run", "shell")) or None,
        _concurrency(top.at("concurrency")),
        tuple(_job(name, node, lines) for name, node in (jobs.fields() if jobs else {}).items()),
        top,
        text,
    )


def action(path: str, top: Node, text: str) -> Action:
    """The action that a file holds; one that is no composite has no steps."""
    return Action(path, _steps(top.at("runs", "steps"), text.splitlines()), top, text)


def scopes(permissions: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Every scope that may be written to, and how."""
    return ((scope, access) for scope, access in permissions.items() if access not in ("read", "none"))


def _job(name: str, node: Node, lines: list[str]) -> Job:
    environment = node.at("environment")
    return Job(
        name,
        node.line,
        _text(node.at("name")) or name,
        _listed(node.at("needs")),
        _said(node.at("if")),
        (_text(environment.at("name")) or environment.text()) if environment else None,
        _permissions(node.at("permissions")),
        _runners(node.at("runs-on")),
        _steps(node.at("steps"), lines),
        _text(node.at("uses")),
        _text(node.at("secrets")),
        _texts(node.at("env")),
        _text(node.at("defaults", "run", "shell")) or None,
        _concurrency(node.at("concurrency")),
        _text(node.at("continue-on-error")),
        node,
    )


def _steps(node: Node | None, lines: list[str]) -> tuple[Step, ...]:
    return tuple(_step(one, lines) for one in (node.entries() if node else ()))


def _step(node: Node, lines: list[str]) -> Step:
    uses, run = node.at("uses"), node.at("run")
    beside = _COMMENT.search(lines[uses.line - 1]) if uses and uses.line <= len(lines) else None
    return Step(
        node.line,
        _text(node.at("name")),
        _text(uses),
        beside["comment"] if beside else "",
        _text(run),
        _first_line(run, lines) if run else node.line,
        _texts(node.at("with")),
        _texts(node.at("env")),
        _said(node.at("if")),
        _text(node.at("shell")) or None,
        _text(node.at("continue-on-error")),
        node,
    )


def _first_line(run: Node, lines: list[str]) -> int:
    """Where a script begins: the text of a block stands below its sign."""
    sign = lines[run.line - 1].rstrip() if run.line <= len(lines) else ""
    return run.line + bool(re.search(r":\s+[|>][-+0-9]*(\s+#.*)?$", sign))


def _triggers(node: Node | None) -> dict[str, Node]:
    if node is None:
        return {}
    if node.fields():
        return dict(node.fields())
    return {name: Node(None, node.line) for name in node.texts()}


def _permissions(node: Node | None) -> dict[str, str] | None:
    if node is None:
        return None
    word = node.text()
    if word:
        return {ALL: word.removesuffix("-all")}
    return _texts(node)


def _concurrency(node: Node | None) -> Concurrency | None:
    if node is None:
        return None
    if node.text():
        return Concurrency(node.text(), "false", node.line)
    cancels = _text(node.at("cancel-in-progress"))
    return Concurrency(_text(node.at("group")), cancels or "false", node.line)


def _runners(node: Node | None) -> tuple[str, ...]:
    if node is None:
        return ()
    group = _text(node.at("group"))
    labels = node.at("labels")
    return (*((f"group:{group}",) if group else ()), *(labels.texts() if labels else ()), *node.texts())


def _listed(node: Node | None) -> tuple[str, ...]:
    return node.texts() if node else ()


def _said(node: Node | None) -> str | None:
    return node.text() if node else None


def _text(node: Node | None) -> str:
    return node.text() if node else ""


def _texts(node: Node | None) -> dict[str, str]:
    return {name: one.text() for name, one in (node.fields() if node else {}).items()}
