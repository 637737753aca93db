"""Commands with the values of their variables, and how those that call an HTTP interface call it. Pure.

A variable whose value stands in the same script, or in the `env` around it, is put in: an address is one, wherever it
is written. Options are read as `gh api`, curl, wget and HTTPie read them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.gates.workflow.expression import without_templates
from pipeline.gates.workflow.model import Job, Step, Workflow
from pipeline.gates.workflow.shell import commands_in
from pipeline.gates.workflow.tree import Tree

_OF_GITHUB = re.compile(r"\$\{\{\s*github\.(?P<name>\w+)\s*\}\}")
_OF_ENV = re.compile(r"\$\{\{\s*env\.(?P<name>\w+)\s*\}\}")
_SET = re.compile(r"(?:^|[\s;&|(])(?P<name>[A-Za-z_]\w*)=(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^\s;&|()]*)")
_USED = re.compile(r"\$(?:(?P<plain>\w+)|\{(?P<braced>\w+)(?::?[-=?+][^}]*)?\})")
_DEEP = 4
"""How often a variable may stand in another one's value."""
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_QUIET = "[fsSLkvigNO#]*"
"""Options of curl without a value, which others may stand behind: `-sSXDELETE`."""
_METHOD = {
    "gh": re.compile(r"(?:--method|-X)(?:=?(?P<said>.*))"),
    "curl": re.compile(rf"(?:--request|-{_QUIET}X)(?:=?(?P<said>.*))"),
    "wget": re.compile(r"--method(?:=?(?P<said>.*))"),
}
_BODY = {
    "gh": re.compile(r"(?:-[fF]|--field|--raw-field|--input).*"),
    "curl": re.compile(rf"(?:--data|--json|--form|--upload-file).*|-{_QUIET}[dFT].*"),
    "wget": re.compile(r"--(?:post|body)-.*"),
}
_POSITIONAL = frozenset({"http", "https", "xh", "xhs"})


@dataclass(frozen=True)
class Command:
    """A command's words with the values of their variables, where it stands, and what runs it (None for a script)."""

    where: str
    words: tuple[str, ...]
    workflow: Workflow | None = None
    job: Job | None = None

    @property
    def told(self) -> str:
        """The command as a finding shows it."""
        return f"`{' '.join(self.words)[:80]}`"


def commands_of(tree: Tree) -> Iterator[Command]:
    """Every command of steps, of actions and of the scripts that they call."""
    for workflow, job in tree.jobs():
        for step in job.steps:
            around = {**workflow.environ, **job.environ, **step.environ}
            yield from _in_step(workflow.path, step, around, workflow, job)
    for action in tree.actions:
        for step in action.steps:
            yield from _in_step(action.path, step, step.environ)
    for script in tree.scripts:
        if script.is_file:
            yield from _commands(script.path, script.line, script.text, {})


def method_of(words: tuple[str, ...]) -> str:
    """By which method a command calls, in upper case; empty if it calls nothing."""
    program = words[0].rsplit("/", 1)[-1] if words else ""
    if program in _POSITIONAL:
        return next((word for word in words[1:] if re.fullmatch(r"[A-Z]{3,}", word)), "GET")
    if program not in _METHOD or (program == "gh" and words[1:2] != ("api",)):
        return ""
    for place, word in enumerate(words[1:], start=1):
        if found := _METHOD[program].fullmatch(word):
            return (found["said"] or "".join(words[place + 1 : place + 2])).strip("\"'").upper()
    has_body = any(_BODY[program].fullmatch(word) for word in words) and not {"-G", "--get"} & set(words)
    return "POST" if has_body else "GET"


def is_write(words: tuple[str, ...]) -> bool:
    """Whether a command calls to change something. A method that nobody can tell is one that may."""
    return method_of(words) not in (*_READS, "")


def without_contexts(text: str) -> str:
    """The text with the variables that hold what its expressions say: `$GITHUB_RUN_ID` for `github.run_id`."""
    named = _OF_GITHUB.sub(lambda found: f"$GITHUB_{found['name'].upper()}", text)
    return without_templates(_OF_ENV.sub(lambda found: f"${found['name']}", named), "$EXPRESSION")


def _in_step(
    path: str, step: Step, around: Mapping[str, str], workflow: Workflow | None = None, job: Job | None = None
) -> Iterator[Command]:
    if step.run:
        yield from _commands(path, step.run_line, step.run, around, workflow, job)


def _commands(
    path: str,
    line: int,
    text: str,
    around: Mapping[str, str],
    workflow: Workflow | None = None,
    job: Job | None = None,
) -> Iterator[Command]:
    script = without_contexts(text)
    known = {name: without_contexts(value) for name, value in around.items()}
    known |= {found["name"]: found["value"].strip("\"'") for found in _SET.finditer(script) if _is_told(found["value"])}
    for number, words in commands_in(script):
        yield Command(f"{path}:{line + number - 1}", tuple(_put(word, known) for word in words), workflow, job)


def _is_told(value: str) -> bool:
    """Whether a value stands in the script: what a command answers does not."""
    return not re.search(r"\$\(|`|\$\"?$", value)


def _put(word: str, known: Mapping[str, str]) -> str:
    for _ in range(_DEEP):
        put = _USED.sub(lambda found: known.get(found["plain"] or found["braced"], found[0]), word)
        if put == word:
            break
        word = put
    return word
