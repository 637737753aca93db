"""The pipeline's template, to be changed: its stages, actions, build projects and their build specs."""

import json
from collections.abc import Callable
from typing import Any

from tests.unit.pipeline.gates.guard.templates import Change, Template, first


def stages(document: Template) -> list[Any]:
    """The stages of the pipeline."""
    found: list[Any] = first(document, "CodePipeline::Pipeline")["Properties"]["Stages"]
    return found


def stage(document: Template, name: str) -> Template:
    """The stage called `name`."""
    return next(each for each in stages(document) if each["Name"] == name)


def action(document: Template, where: str, name: str) -> Template:
    """The action called `name` in the stage `where`."""
    return next(each for each in stage(document, where)["Actions"] if each["Name"] == name)


def pipeline(**values: Any) -> Change:
    """Properties of the pipeline, set anew."""
    return lambda document: first(document, "CodePipeline::Pipeline")["Properties"].update(values)


def project(document: Template, starting: str) -> Template:
    """The properties of the first build project whose id starts so."""
    return first(document, "CodeBuild::Project", starting)["Properties"]


def spec(starting: str, change: Callable[[Any], None]) -> Change:
    """The build spec of that project, changed."""

    def edit(document: Template) -> None:
        source = project(document, starting)["Source"]
        told = json.loads(source["BuildSpec"])
        change(told)
        source["BuildSpec"] = json.dumps(told)

    return edit


def commands(starting: str, *lines: str, phase: str = "build") -> Change:
    """The commands of that project in one phase, set anew."""

    def change(told: Any) -> None:
        told["phases"].setdefault(phase, {})["commands"] = list(lines)

    return spec(starting, change)


def without_action(where: str, name: str) -> Change:
    """The pipeline without that action."""

    def change(document: Template) -> None:
        stage(document, where)["Actions"].remove(action(document, where, name))

    return change


def in_action(where: str, name: str, **values: Any) -> Change:
    """Properties of that action, set anew."""
    return lambda document: action(document, where, name).update(values)


def in_configuration(where: str, name: str, **values: Any) -> Change:
    """What that action's provider is told, set anew."""
    return lambda document: action(document, where, name)["Configuration"].update(values)
