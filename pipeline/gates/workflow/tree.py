"""What the gate reads of a tree: `.github`, the scripts that workflows call, the tests, settings.

Everything below `.github` must be readable: what is not is kept as such, and is a finding of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from pipeline.gates.files import source_files, text_of
from pipeline.gates.workflow import model
from pipeline.gates.workflow.model import Action, Job, Step, Workflow
from pipeline.gates.workflow.opened import is_opened
from pipeline.gates.workflow.promised import Promised
from pipeline.gates.workflow.yaml_text import Node, NotYaml, read

WORKFLOWS = ".github/workflows/"
ACTIONS = ("action.yml", "action.yaml")
SCRIPTS = ("scripts/", ".ci/")
"""Folders of the commands that steps call: what hides a failure there hides it from GitHub, too."""
ALSO = ("pyproject.toml", "package-lock.json", "CODEOWNERS", "docs/CODEOWNERS", "tests/fuzz/schemathesis.toml")
ANYWHERE = (".gitattributes",)
"""Files that are read in whatever folder they lie."""
SUPPRESSIONS = (
    "pipeline/gates/waivers.toml",
    "pipeline/gates/dependencies/licences.toml",
    "pipeline/gates/guard/doors.toml",
)
"""Where findings are let be, each with its reason."""
ADVISORIES = "pipeline/gates/dependencies/known_vulnerable.toml"
"""Which versions are known to be vulnerable."""
FOLDERS = (".github/", *SCRIPTS)
LOCKS = "locks/"
CODE = ("api/", "pipeline/", "tests/")


@dataclass(frozen=True)
class Unreadable:
    """A file, the line in it, and why GitHub would not read it."""

    path: str
    line: int
    why: str


@dataclass(frozen=True)
class Script:
    """A text that a shell runs: a step's, or a file's. `line` is where it begins in `path`.

    `shell` is what the step asks for, None where GitHub chooses; a file says it by itself.
    """

    path: str
    line: int
    text: str
    shell: str | None
    is_file: bool = False


@dataclass(frozen=True)
class Tree:
    """The names of all files of a source, the texts of those that matter here, what the plan promises, and the code.

    `code` is the Python of what is delivered, of the pipeline and of the tests.
    """

    paths: tuple[str, ...]
    texts: Mapping[str, str]
    promised: Promised | None = None
    workflows: tuple[Workflow, ...] = ()
    actions: tuple[Action, ...] = ()
    documents: Mapping[str, Node] = field(default_factory=dict)
    unreadable: tuple[Unreadable, ...] = ()
    code: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def scripts(self) -> tuple[Script, ...]:
        """All that a shell runs: steps of workflows and of actions, and the commands that they call."""
        return (*self.step_scripts, *_files(self.texts))

    @cached_property
    def step_scripts(self) -> tuple[Script, ...]:
        """What the steps run themselves."""
        return tuple(Script(path, step.run_line, step.run, shell) for path, step, shell in _running(self) if step.run)

    @property
    def runnables(self) -> tuple[Workflow | Action, ...]:
        """All files that hold steps."""
        return (*self.workflows, *self.actions)

    def steps(self) -> Iterator[tuple[str, Step]]:
        """Every step of workflows and actions, with its file."""
        for one in self.workflows:
            yield from ((one.path, step) for job in one.jobs for step in job.steps)
        for action in self.actions:
            yield from ((action.path, step) for step in action.steps)

    def jobs(self) -> Iterator[tuple[Workflow, Job]]:
        """Every job with its workflow."""
        return ((one, job) for one in self.workflows for job in one.jobs)


def read_tree(root: Path, promised: Promised | None = None) -> Tree:
    """The source in `root`; a file that is no text is left out here and unreadable if it is GitHub's."""
    paths = tuple(path.as_posix() for path in source_files(root))
    texts: dict[str, str] = {}
    unreadable: list[Unreadable] = []
    code = {path: text_of(root / path) or "" for path in paths if path.endswith(".py") and path.startswith(CODE)}
    for path in filter(_matters, paths):
        text = text_of(root / path)
        if text is not None:
            texts[path] = text
        elif path.startswith(".github/") and is_yaml(path):
            unreadable.append(Unreadable(path, 1, "it is no UTF-8 text"))
    return replace(tree(paths, texts, promised, unreadable), code=code)


def tree(
    paths: tuple[str, ...],
    texts: Mapping[str, str],
    promised: Promised | None = None,
    unreadable: list[Unreadable] | None = None,
) -> Tree:
    """The tree of these names and texts."""
    wrong = list(unreadable or ())
    documents: dict[str, Node] = {}
    for path, text in texts.items():
        if path.startswith(".github/") and is_yaml(path):
            try:
                documents[path] = read(text)
            except NotYaml as problem:
                wrong.append(Unreadable(path, problem.line, problem.why))
    workflows = [model.workflow(path, top, texts[path]) for path, top in documents.items() if is_workflow(path)]
    actions = [model.action(path, top, texts[path]) for path, top in documents.items() if is_action(path)]
    return Tree(paths, texts, promised, tuple(workflows), tuple(actions), documents, tuple(wrong))


def is_yaml(path: str) -> bool:
    """Whether the name says that it is YAML."""
    return path.endswith((".yml", ".yaml"))


def is_workflow(path: str) -> bool:
    """Whether GitHub would read `path` as a workflow: it looks into no folder below."""
    return path.startswith(WORKFLOWS) and is_yaml(path) and "/" not in path.removeprefix(WORKFLOWS)


def is_action(path: str) -> bool:
    """Whether `path` is an action of the tree itself."""
    return path.startswith(".github/") and path.rsplit("/", 1)[-1] in ACTIONS


def _matters(path: str) -> bool:
    named = path.rsplit("/", 1)[-1] in ANYWHERE
    return named or path.startswith((*FOLDERS, LOCKS)) or path in (*ALSO, *SUPPRESSIONS, ADVISORIES) or is_opened(path)


def _running(tree: Tree) -> Iterator[tuple[str, Step, str | None]]:
    for one, job in tree.jobs():
        yield from ((one.path, step, one.shell_of(job, step)) for step in job.steps)
    for action in tree.actions:
        yield from ((action.path, step, step.shell) for step in action.steps)


def _files(texts: Mapping[str, str]) -> Iterator[Script]:
    for path, text in texts.items():
        first = text.partition("\n")[0]
        if path.startswith(SCRIPTS) and ((first.startswith("#!") and "sh" in first) or "shell=bash" in first):
            yield Script(path, 1, text, None, is_file=True)
