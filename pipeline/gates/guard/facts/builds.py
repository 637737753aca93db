"""What the builds of CodeBuild do: their commands, phase by phase, and their variables. Pure.

Source: CodeBuild user guide, "Build specification reference". A project without a build spec in its template takes the
file of its source: then nobody can tell from the templates what it does.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from pipeline.gates.guard.assembly import Assembly
from pipeline.gates.guard.resource import Resource
from pipeline.gates.openapi.node import Json, Mapped, listed, mapped

PROJECT = "AWS::CodeBuild::Project"


@dataclass(frozen=True)
class Command:
    """One command of a phase (`install`, `pre_build`, `build`, `post_build`); a `finally` is a part of its phase."""

    phase: str
    text: str


@dataclass(frozen=True)
class Build:
    """A project, and its build spec; None if it is not in the template, or can't be read."""

    project: Resource
    spec: Mapped | None

    @property
    def phases(self) -> Mapping[str, Mapped]:
        """What is said of each phase."""
        return {name: mapped(phase) for name, phase in mapped((self.spec or {}).get("phases")).items()}

    @property
    def commands(self) -> tuple[Command, ...]:
        """All commands, in their order."""
        return tuple(
            Command(name, _text(command))
            for name, phase in self.phases.items()
            for part in ("commands", "finally")
            for command in _many(phase.get(part))
        )

    @property
    def variables(self) -> Iterator[tuple[str, str, Json]]:
        """Name, type and value of each variable of the project, and of its build spec."""
        for each in map(mapped, listed(self.project.at("Environment", "EnvironmentVariables"))):
            yield str(each.get("Name")), str(each.get("Type") or PLAIN), each.get("Value")
        for name, value in mapped(mapped((self.spec or {}).get("env")).get("variables")).items():
            yield name, PLAIN, value


PLAIN = "PLAINTEXT"


def builds(assembly: Assembly) -> Iterator[Build]:
    """Every build project, of the pipeline and of the stages."""
    for stack in assembly.stacks:
        for project in stack.all(PROJECT):
            yield build_of(project)


def build_of(project: Resource) -> Build:
    """A project with its build spec."""
    return Build(project, _read(_text(project.at("Source", "BuildSpec"))))


def _read(text: str) -> Mapped | None:
    try:
        spec = json.loads(text) if text.lstrip().startswith("{") else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError):
        return None
    return spec if isinstance(spec, dict) else None


def _many(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Json) -> str:
    """Text as it will be, with references as `${Name}`."""
    match value:
        case str():
            return value
        case {"Fn::Join": [str(separator), list(parts)]}:
            return separator.join(map(_text, parts))
        case {"Fn::Sub": str(text)} | {"Fn::Sub": [str(text), _]}:
            return text
        case {"Ref": str(name)}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return f"${{{name}.{attribute}}}"
        case None:
            return ""
    return json.dumps(value)


def variables_of_action(configuration: Mapped) -> Iterator[tuple[str, str, Json]]:
    """Name, type and value of each variable that an action of a pipeline gives its build, as JSON text."""
    text = configuration.get("EnvironmentVariables")
    try:
        told: Json = json.loads(_text(text)) if text is not None else []
    except ValueError:
        return
    for each in map(mapped, listed(told)):
        yield str(each.get("name")), str(each.get("type") or PLAIN), each.get("value")
