"""What a build installs has an exact version, or stands in a lock."""

import re
import shlex
from collections.abc import Iterator

from pipeline.gates.guard.facts.builds import Build, builds
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import said

ABOUT = About(
    kind="pipeline",
    what="A build installs tools by their exact version, and runs nothing that it has just fetched",
    why="a floating tool is another one tomorrow, with the roles of the pipeline, and no commit says so",
    fix="give the version in the plan's Tools, or put the tool into the lock (scripts/lock)",
    models="S04: a release of today; aws-cdk@2 and cdk-assets@latest, which CDK Pipelines installs by itself",
    needs="the pipeline",
)
EXACT = re.compile(r"(@[\w.-]+/)?[\w.-]+@\d+\.\d+\.\d+[\w.-]*")
PYTHON_EXACT = re.compile(r"[\w.-]+(\[[\w,]+\])?==\d[\w.]*")
FETCHED = re.compile(
    r"\b(curl|wget)\b[^|;&]*\|\s*(sudo\s+)?(ba|z|da)?sh\b|(ba)?sh\s+(-c\s+)?[\"']?(<\(|\$\()\s*(curl|wget)"
)
LOCKED = ("--require-hashes", "-r", "--requirement", "--no-index", "-e", "--editable", ".")
_OPTION = re.compile(r"-{1,2}\w.*")


def look(subject: Subject) -> Iterator[Looked]:
    """Each command of each build, and the runtimes that it asks for."""
    for build in builds(subject.candidate):
        yield looked(build.project, *_runtimes(build))
        for command in build.commands:
            found = (
                Wrong(f"{reason}: {said(command.text)}", f"BuildSpec.{command.phase}")
                for reason in _wrong(command.text)
            )
            yield looked(build.project, *found)


def _runtimes(build: Build) -> Iterator[Wrong]:
    for phase in build.phases.values():
        runtimes = phase.get("runtime-versions")
        for name, version in runtimes.items() if isinstance(runtimes, dict) else ():
            if not re.fullmatch(r"\d+(\.\d+)*", str(version)):
                yield Wrong(f"its {name} is {said(version)}", "BuildSpec.runtime-versions")


def _wrong(text: str) -> Iterator[str]:
    if FETCHED.search(text):
        yield "it runs what it has just fetched"
    for part in re.split(r"&&|\|\||[;|&\n]", text):
        try:
            words = shlex.split(part)
        except ValueError:
            continue  # which `command_keeps_its_status` tells
        yield from _floating(words)


def _floating(words: list[str]) -> Iterator[str]:
    names = [word.rpartition("/")[2] for word in words]
    match [each for each in names if not each.startswith("-")][:2]:
        case ["npm" | "pnpm" | "yarn", "install" | "i" | "add" | "exec"]:
            yield from (f"{each} has no exact version" for each in _packages(words, 2) if not EXACT.fullmatch(each))
        case ["npx" | "bunx", *_]:
            yield from (f"{each} has no exact version" for each in _packages(words, 1)[:1] if not EXACT.fullmatch(each))
        case ["pip" | "pip3" | "uv" | "pipx" | "uvx", *_] | ["python" | "python3", *_] if _installs(names):
            if not any(word in LOCKED for word in words):
                packages = _packages(words[_installs(names) :], 0)
                yield from (f"{each} has no exact version" for each in packages if not PYTHON_EXACT.fullmatch(each))
        case ["apt-get" | "apt" | "yum" | "dnf" | "apk" | "brew" | "gem" | "cargo", "install" | "add"]:
            packages = _packages(words, 2)
            yield from (f"{each} has no exact version" for each in packages if not re.search(r"[=@:]\d", each))


def _installs(names: list[str]) -> int:
    """Where the packages of pip begin; 0 if it installs nothing."""
    if "pip" in names or "pip3" in names or "uv" in names or "pipx" in names:
        return names.index("install") + 1 if "install" in names else 0
    return 0


def _packages(words: list[str], after: int) -> list[str]:
    """The words that are no options, after so many of them."""
    return [word for word in words if not _OPTION.fullmatch(word)][after:]
