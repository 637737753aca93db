"""The build of a gate asks that gate: its one line, as it stands in the plan, and nothing that makes it ask less."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.builds import Build, build_of, variables_of_action
from pipeline.gates.guard.facts.gates import ASKS, gates_of
from pipeline.gates.guard.facts.journey import Action, Journey, journeys
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.openapi.node import Json

ABOUT = About(
    kind="pipeline",
    what="An action called like a gate asks that gate by its one line, with no switch or variable that narrows it",
    why="a gate that asks for a part, or for something else, is green for what it never looked at",
    fix="leave the command to pipeline/cloud/steps.py: scripts/slipway gate NAME, with --stage where one is deployed",
    models="False green: tests deselected by a variable, a command replaced, a build spec taken out of sight",
    needs="the pipeline",
)
NARROWING = frozenset(
    {"BASH_ENV", "ENV", "LD_PRELOAD", "NODE_OPTIONS", "PATH", "SHELLOPTS"}
    | {"PYTHONOPTIMIZE", "PYTHONPATH", "PYTHONSTARTUP", "PYTEST_ADDOPTS", "PYTEST_PLUGINS"}
    | {"COVERAGE_RCFILE", "HYPOTHESIS_PROFILE", "MYPYPATH"}
    | {"AWS_ENDPOINT_URL", "SLIPWAY_ADVISORIES", "SLIPWAY_FIRST_RELEASE"}
)
"""Variables that make tools do something else than they were asked, or believe that they are on a laptop."""
SOURCE = "Source"


def look(subject: Subject) -> Iterator[Looked]:
    """Each action that builds, but for those of CDK Pipelines' own that ask nothing."""
    for journey in journeys(subject.candidate):
        planned = {gate.name for _, gate in subject.delivery.gates()}
        asking = {asked.action.where for asked in gates_of(journey)}
        for action in journey.actions:
            project = journey.project(action)
            if action.name not in planned and action.where not in asking:
                continue
            if project is None:
                told = f"the gate {action.name} is no build of this stack"
                yield looked(journey.resource, Wrong(told, action.where))
            else:
                gate = action.name if action.name in planned else None
                yield looked(project, *_wrong(journey, action, build_of(project), gate))


def _wrong(journey: Journey, action: Action, build: Build, gate: str | None) -> Iterator[Wrong]:
    """What is wrong with the build of an action, which is called like `gate`, or like none of the plan's."""
    if build.spec is None:
        yield Wrong("its commands are not in the template: nobody knows what it does", "Source.BuildSpec")
        return
    lines = [each.text.strip() for each in build.commands if "slipway gate" in each.text]
    whole = [found for found in map(ASKS.fullmatch, lines) if found]
    if gate and not any(found["gate"] == gate for found in whole):
        yield Wrong(f"it does not ask the gate {gate}: {'; '.join(lines) or 'no gate'}", "Source.BuildSpec")
    for line in lines:
        if not ASKS.fullmatch(line):
            yield Wrong(f"it asks more, or less, than the gate: {line}", "Source.BuildSpec")
    for name, value in _variables(action, build):
        if name.upper() in NARROWING:
            yield Wrong(f"the variable {name} changes what its tools do", "Environment.EnvironmentVariables")
        elif name == "SLIPWAY_STAGE" and value != action.stage:
            yield Wrong(f"it is told to look at {value}", "Environment.EnvironmentVariables")
    source = next((each for each in journey.actions if each.category == SOURCE), None)
    primary = action.configuration.get("PrimarySource") or next(iter(action.inputs), None)
    if source and primary not in source.outputs:
        yield Wrong(f"it looks at {primary}, not at the source", action.where)


def _variables(action: Action, build: Build) -> Iterator[tuple[str, Json]]:
    yield from ((name, value) for name, _, value in build.variables)
    yield from ((name, value) for name, _, value in variables_of_action(action.configuration))
