"""Which CodeBuild project an action starts, and which gate it asks by that."""

from dataclasses import replace

from pipeline.rehearsal.errors import Problem, Unreadable
from pipeline.rehearsal.read.assembly import Stack
from pipeline.rehearsal.read.codebuild import environment_overrides, read_project
from pipeline.rehearsal.read.document import join
from pipeline.rehearsal.read.intrinsics import Resolver
from pipeline.rehearsal.spec import Action, BuildProject, Unexercised, symbols

_PROJECT = "AWS::CodeBuild::Project"

# A build that is told where to write a verdict promises one; the gate's name may be said beside it.
VERDICT_VARIABLE = "SLIPWAY_OUT"
GATE_VARIABLE = "SLIPWAY_GATE"


class Projects:
    """The CodeBuild projects of the pipeline's template, each read once, when the first action starts it."""

    def __init__(self, stack: Stack, resolver: Resolver) -> None:
        self._stack = stack
        self._file = str(stack.template.path)
        self._resources = {resource.logical_id: resource for resource in stack.template.of_type(_PROJECT)}
        self._resolver = resolver
        self._read: dict[str, BuildProject | None] = {}
        self.problems: list[Problem] = []

    @property
    def unexercised(self) -> tuple[Unexercised, ...]:
        """What the projects that were read ask for and the rehearsal doesn't do."""
        return tuple(item for project in self._read.values() if project for item in project.unexercised)

    def attach(self, action: Action) -> Action:
        """`action` with the project it starts, and with the gate it asks."""
        project = self._project(action)
        variables = {item.name: item.value for item in project.variables} if project else {}
        try:
            overrides = environment_overrides(action.configuration.get("EnvironmentVariables", "[]"), self._file)
        except Unreadable as unreadable:
            self.problems += [replace(item, path=f"{action.name}: {item.path}") for item in unreadable.problems]
            overrides = ()
        variables |= {item.name: item.value for item in overrides}
        gate = variables.get(GATE_VARIABLE, action.name) if VERDICT_VARIABLE in variables else None
        return replace(action, project=project, gate=gate)

    def _project(self, action: Action) -> BuildProject | None:
        name = action.configuration.get("ProjectName", "")
        logical_id = next(iter(symbols(name)), None) or self._called(name)
        if logical_id not in self._resources:
            what = f"the action {action.name} starts the project {name!r}, which this template doesn't hold"
            self.problems.append(Problem(self._file, "", what, "define it in the pipeline's own stack"))
            return None
        if logical_id not in self._read:
            self._read[logical_id] = self._resolve(logical_id)
        return self._read[logical_id]

    def _called(self, name: str) -> str:
        called = (key for key, item in self._resources.items() if item.properties.get("Name") == name)
        return next(called, name)

    def _resolve(self, logical_id: str) -> BuildProject | None:
        before = len(self._resolver.problems)
        at = join("Resources", (logical_id, "Properties"))
        properties = self._resolver.resolve(dict(self._resources[logical_id].properties), at)
        self.problems += self._resolver.problems[before:]
        try:
            return read_project(logical_id, properties, self._file) if isinstance(properties, dict) else None
        except Unreadable as unreadable:
            self.problems += unreadable.problems
            return None
