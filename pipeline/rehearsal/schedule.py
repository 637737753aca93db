"""What runs after what: run orders and artifacts made into waves, and everything that makes an order impossible.

Pure. Source: CodePipeline's pipeline structure reference ("requirements for stages, actions and artifacts") and its
variables reference: a variable or an artifact can be used only by an action that runs later than the one that makes it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from pipeline.rehearsal.errors import Problem, Unreadable
from pipeline.rehearsal.spec import Action, Pipeline, Stage

_NAME = re.compile(r"[A-Za-z0-9.@\-_]{1,100}")
_ARTIFACT_NAME = re.compile(r"[A-Za-z0-9_\-]{1,100}")
_VARIABLE = re.compile(r"#\{([A-Za-z0-9@\-_]+)\.([A-Za-z0-9@\-_]+)\}")
_HIGHEST_RUN_ORDER = 999

# Namespaces that every execution has: CodePipeline's own, and the pipeline's variables.
BUILT_IN = frozenset({"codepipeline", "variables"})


@dataclass(frozen=True)
class Wave:
    """Actions of one run order: they run side by side."""

    run_order: int
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class ScheduledStage:
    """A stage and its waves, in the order in which they run."""

    stage: Stage
    waves: tuple[Wave, ...]


def schedule(pipeline: Pipeline) -> tuple[ScheduledStage, ...]:
    """The stages in their order, each cut into waves; Unreadable if there is no order that works."""
    found = tuple(problems(pipeline))
    if found:
        raise Unreadable.of(found)
    return tuple(ScheduledStage(stage, waves(stage)) for stage in pipeline.stages)


def waves(stage: Stage) -> tuple[Wave, ...]:
    """The stage's actions by run order, those of a wave in the order of the template."""
    ordered = sorted(stage.actions, key=lambda action: action.run_order)
    return tuple(
        Wave(order, tuple(together)) for order, together in groupby(ordered, key=lambda action: action.run_order)
    )


def variables_of(text: str) -> tuple[tuple[str, str], ...]:
    """The variables that a text uses: `#{Build.Version}` is ("Build", "Version")."""
    return tuple(_VARIABLE.findall(text))


def substitute(text: str, values: Mapping[str, Mapping[str, str]]) -> str:
    """`text` with its variables replaced; KeyError with the variable that nobody made."""

    def value(match: re.Match[str]) -> str:
        namespace, name = match.groups()
        if name not in values.get(namespace, {}):
            raise KeyError(match.group())
        return values[namespace][name]

    return _VARIABLE.sub(value, text)


def promoted(pipeline: Pipeline, stage: Stage) -> tuple[str, ...]:
    """The artifacts that a yes in `stage` lets go on: what Deploy actions of this stage and later ones take."""
    later = pipeline.stages[pipeline.stages.index(stage) :]
    deployed = (action for item in later for action in item.actions if action.category == "Deploy")
    return tuple(dict.fromkeys(name for action in deployed for name in action.inputs))


def problems(pipeline: Pipeline) -> Iterator[Problem]:
    """Everything that CodePipeline would refuse, or that no order can satisfy."""
    file = str(pipeline.template)
    for path, what, fix in (*_structure(pipeline), *_names(pipeline), *_order(pipeline)):
        yield Problem(file, path, what, fix)


type _Found = tuple[str, str, str]


def _structure(pipeline: Pipeline) -> Iterator[_Found]:
    if len(pipeline.stages) < 2:
        yield pipeline.name, f"{len(pipeline.stages)} stage; a pipeline has at least two", "add a stage"
    for number, stage in enumerate(pipeline.stages):
        if not stage.actions:
            yield stage.name, "a stage without actions", "add one, or remove the stage"
        for action in stage.actions:
            where = f"{stage.name}.{action.name}"
            if (action.category == "Source") != (number == 0):
                what = "source actions stand in the first stage, and nothing else does"
                yield where, what, "move it"
            if not 1 <= action.run_order <= _HIGHEST_RUN_ORDER:
                what = f"run order {action.run_order}; it is 1 to {_HIGHEST_RUN_ORDER}"
                yield where, what, "choose one of these"


def _names(pipeline: Pipeline) -> Iterator[_Found]:
    yield from _twice("stage", [stage.name for stage in pipeline.stages], pipeline.name)
    for stage in pipeline.stages:
        yield from _twice("action", [action.name for action in stage.actions], stage.name)
        for name in (stage.name, *(action.name for action in stage.actions)):
            if not _NAME.fullmatch(name) or set(name) == {"."}:
                yield stage.name, f"{name!r} is no name", "use letters, digits and . @ - _, 100 at most"
    made = [name for _, action in pipeline.actions() for name in action.outputs]
    yield from _twice("output artifact", made, pipeline.name)
    for name in made:
        if not _ARTIFACT_NAME.fullmatch(name):
            yield pipeline.name, f"{name!r} is no artifact name", "use letters, digits and _ -, 100 at most"
    spaces = [action.namespace for _, action in pipeline.actions() if action.namespace]
    yield from _twice("namespace", spaces, pipeline.name)
    for name in sorted(BUILT_IN.intersection(spaces)):
        yield pipeline.name, f"the namespace {name} is CodePipeline's own", "choose another"


def _twice(kind: str, names: Iterable[str], where: str) -> Iterator[_Found]:
    for name, count in Counter(names).items():
        if count > 1:
            yield where, f"{count} times the {kind} {name}", "give each its own name"


def _order(pipeline: Pipeline) -> Iterator[_Found]:
    makers = {name: _place(pipeline, action) for _, action in pipeline.actions() for name in action.outputs}
    spaces = {action.namespace: _place(pipeline, action) for _, action in pipeline.actions() if action.namespace}
    for stage, action in pipeline.actions():
        where, place = f"{stage.name}.{action.name}", _place(pipeline, action)
        for name in action.inputs:
            yield from _earlier(f"the artifact {name}", makers.get(name), place, where)
        for namespace in _namespaces(action):
            if namespace not in BUILT_IN:
                yield from _earlier(f"the variables of {namespace}", spaces.get(namespace), place, where)
        yield from _paths(action, where)


def _place(pipeline: Pipeline, action: Action) -> tuple[int, int]:
    for number, stage in enumerate(pipeline.stages):
        if any(item is action for item in stage.actions):
            return number, action.run_order
    raise ValueError(f"{action.name} is not of {pipeline.name}")


def _earlier(thing: str, made: tuple[int, int] | None, used: tuple[int, int], where: str) -> Iterator[_Found]:
    if made is None:
        yield where, f"it needs {thing}, which no action makes", "add the action that makes it, or mend the name"
    elif made >= used:
        what = f"it needs {thing}, which is made no earlier than it runs"
        yield where, what, "move it to a later stage or a higher run order"


def _namespaces(action: Action) -> tuple[str, ...]:
    used = (namespace for text in action.configuration.values() for namespace, _ in variables_of(text))
    return tuple(dict.fromkeys(used))


def _paths(action: Action, where: str) -> Iterator[_Found]:
    for key in ("TemplatePath", "TemplateConfiguration"):
        artifact, _, path = action.configuration.get(key, "").partition("::")
        if key in action.configuration and (artifact not in action.inputs or not path):
            what = f"{key} is {action.configuration[key]!r}, not a file in one of its input artifacts"
            yield where, what, "write <artifact>::<path>, and take that artifact as input"
    primary = action.configuration.get("PrimarySource")
    if primary is not None and primary not in action.inputs:
        yield where, f"PrimarySource {primary} is none of its input artifacts", "take that artifact as input"
    if action.provider == "CodeBuild" and primary is None and len(action.inputs) > 1:
        yield where, "several input artifacts and no PrimarySource", "name the artifact that the build starts in"
