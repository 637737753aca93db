"""What is deployed is what the gates have looked at: one assembly, made once in Build, and handed on."""

import re
from collections.abc import Iterator

from pipeline.gates.guard.facts.builds import Command, build_of
from pipeline.gates.guard.facts.gates import gates_of
from pipeline.gates.guard.facts.journey import Action, Journey, journeys
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import said
from pipeline.gates.openapi.node import Json, Mapped

ABOUT = About(
    kind="pipeline",
    what="Deployments take the artifact that the gates of Build looked at, and nothing makes it anew on the way",
    why="what is built again is something else, which no gate has seen (SolarWinds, Codecov)",
    fix="hand the assembly of Build on as it is (pipeline/cloud/steps.py), and deploy that",
    models="R17: a deployment that builds again; S08: an artifact changed between stages",
    needs="the pipeline",
)
BUILD = "Build"
HANDS_ON = re.compile(r"test -[efsd] [\w./-]+|ls( -\w+)?( [\w./-]+)?")
"""Commands of a build that hands an artifact on: they look, and change nothing."""
PUBLISHES = re.compile(
    r'cdk-assets --path "?[\w./-]+"?( --verbose)? publish( "?[\w.:-]+"?)*|cdk publish-assets [\w ./"=:@-]+'
    r"|cdk -a \. deploy [\w/-]+ --require-approval=never( --verbose)?"
)
INSTALL = "install"
INSTALLS = re.compile(r"npm install -g [\w@/.-]+@\d[\w.]*")
LOOK_AT_IT = ("scan", "guard")
"""The gates of Build that look at what was made, besides the source."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each action after the gates that takes an artifact, or makes one."""
    for journey in journeys(subject.candidate):
        checked = _checked(journey)
        if not checked:
            yield looked(journey.resource, Wrong("no gate looks at what is deployed", "Stages"))
        asking = {asked.action.where for asked in gates_of(journey)}
        for action in journey.actions:
            after = action.stage != BUILD and action.category != "Source"
            if action.deploys or (after and action.where not in asking and not action.approves):
                yield looked(journey.resource, *_wrong(journey, action, checked))
            elif after and action.outputs:
                told = f"it makes {', '.join(action.outputs)} when the gates of Build are over"
                yield looked(journey.resource, Wrong(told, action.where))


def _checked(journey: Journey) -> set[str]:
    """The artifacts that all of these gates look at."""
    source = {name for action in journey.actions if action.category == "Source" for name in action.outputs}
    looking = [asked.action for asked in gates_of(journey) if asked.gate in LOOK_AT_IT and asked.action.stage == BUILD]
    return set.intersection(*(set(action.inputs) - source for action in looking)) if looking else set()


def _wrong(journey: Journey, action: Action, checked: set[str]) -> Iterator[Wrong]:
    for artifact in sorted({*action.inputs, *_named(action)}):
        if reason := _not_checked(journey, artifact, checked, ()):
            yield Wrong(f"it takes {artifact}, {reason}", action.where)
    if action.deploys:
        yield from _deploys(action)
        yield from _executes(journey, action)
        return
    if action.outputs:
        yield Wrong(f"it makes {', '.join(action.outputs)} when the gates of Build are over", action.where)
    project = journey.project(action)
    if project is None:
        yield Wrong(f"nobody knows what {action.provider} does here", action.where)
        return
    build = build_of(project)
    if build.spec is None:
        yield Wrong("its commands are not in the template: nobody knows what it does", action.where)
    for command in build.commands:
        allowed = INSTALLS if command.phase == INSTALL else PUBLISHES
        if not allowed.fullmatch(command.text.strip()):
            yield Wrong(f"it does more than publish: {said(command.text)}", action.where)


def _deploys(action: Action) -> Iterator[Wrong]:
    mode = action.configuration.get("ActionMode")
    if action.provider != "CloudFormation":
        yield Wrong(f"{action.provider} deploys what no template says", action.where)
    if action.configuration.get("ParameterOverrides") is not None:
        yield Wrong("it overrides parameters of the template that was checked", f"{action.where}.ParameterOverrides")
    if mode == "DELETE_ONLY":
        yield Wrong("it deletes its stack", f"{action.where}.ActionMode")
    path = action.configuration.get("TemplatePath")
    stage = re.fullmatch(r"[^:]+::assembly-[\w-]+-(?P<stage>\w+)/.+", path) if isinstance(path, str) else None
    if stage and stage["stage"] != action.stage:
        yield Wrong(f"it deploys the template of {stage['stage']}", f"{action.where}.TemplatePath")


def _executes(journey: Journey, action: Action) -> Iterator[Wrong]:
    """A change set that is executed was made before, in the same stage and of the same stack."""
    told = action.configuration
    if told.get("ActionMode") != "CHANGE_SET_EXECUTE":
        return
    same = [
        each.configuration
        for each in journey.actions
        if each.number == action.number and each.position < action.position
    ]
    if not any(_makes(each, told.get("StackName"), told.get("ChangeSetName")) for each in same):
        yield Wrong("it executes a change set that this stage has not made", f"{action.where}.ChangeSetName")


def _makes(told: Mapped, stack: Json, change_set: Json) -> bool:
    made = (told.get("ActionMode"), told.get("StackName"), told.get("ChangeSetName"))
    return made == ("CHANGE_SET_REPLACE", stack, change_set)


def _named(action: Action) -> Iterator[str]:
    """Artifacts that are named in a configuration, as `Artifact::path`."""
    for name in ("TemplatePath", "TemplateConfiguration"):
        value = action.configuration.get(name)
        if isinstance(value, str) and "::" in value:
            yield value.partition("::")[0]


def _not_checked(journey: Journey, artifact: str, checked: set[str], above: tuple[str, ...]) -> str:
    """Why an artifact is not what the gates have looked at; "" if it is, or is that, handed on."""
    if artifact in checked:
        return ""
    maker = journey.maker(artifact)
    if maker is None or artifact in above:
        return "which nothing makes"
    if maker.category == "Source":
        return f"which comes from {maker.where}, and no gate has seen what is made of it"
    if maker.stage != BUILD:
        return f"which {maker.where} makes after the gates"
    if len(maker.inputs) != 1:
        return f"which {maker.where} makes, and no gate has looked at"
    project = journey.project(maker)
    commands = build_of(project).commands if project else (Command("build", maker.provider),)
    other = next((each.text for each in commands if not HANDS_ON.fullmatch(each.text.strip())), None)
    if other:
        return f"which {maker.where} makes anew ({said(other)})"
    return _not_checked(journey, maker.inputs[0], checked, (*above, artifact))
