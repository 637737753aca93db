"""The pipeline as a journey: its stages, and their actions with what they take and make. Pure.

Source: CodePipeline user guide, "Pipeline structure reference". Actions of a stage run by their run order, those of the
same order at the same time; a stage begins when the one before it has ended well.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.gates.guard.assembly import Assembly, Stack
from pipeline.gates.guard.facts.numbers import number
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at
from pipeline.gates.openapi.node import Json, Mapped, listed, mapped

PIPELINE = "AWS::CodePipeline::Pipeline"


@dataclass(frozen=True)
class Action:
    """An action as it stands in the template, of the stage with this number, counted from 0."""

    stage: str
    number: int
    body: Mapped

    @property
    def name(self) -> str:
        """Its name within its stage."""
        return str(self.body.get("Name"))

    @property
    def where(self) -> str:
        """Its place, as findings tell it."""
        return f"Stages.{self.stage}.{self.name}"

    @property
    def category(self) -> str:
        """Source, Build, Deploy, Approval…"""
        return str(at(self.body, "ActionTypeId", "Category"))

    @property
    def provider(self) -> str:
        """CodeBuild, CloudFormation, Manual…"""
        return str(at(self.body, "ActionTypeId", "Provider"))

    @property
    def position(self) -> tuple[int, float]:
        """When it runs: its stage, and its run order in it."""
        return (self.number, number(self.body.get("RunOrder")) or 1)

    @property
    def configuration(self) -> Mapped:
        """What its provider is told."""
        return mapped(self.body.get("Configuration"))

    @property
    def inputs(self) -> tuple[str, ...]:
        """The artifacts that it takes."""
        return _names(self.body.get("InputArtifacts"))

    @property
    def outputs(self) -> tuple[str, ...]:
        """The artifacts that it makes."""
        return _names(self.body.get("OutputArtifacts"))

    @property
    def deploys(self) -> bool:
        """Whether it changes what runs in a stage."""
        return self.category == "Deploy"

    @property
    def approves(self) -> bool:
        """Whether a person answers it."""
        return self.category == "Approval"


@dataclass(frozen=True)
class Journey:
    """A pipeline in its stack."""

    stack: Stack
    resource: Resource

    @property
    def stages(self) -> tuple[Mapped, ...]:
        """Its stages as they stand in the template."""
        return tuple(map(mapped, listed(self.resource.at("Stages"))))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its stages, in their order."""
        return tuple(str(stage.get("Name")) for stage in self.stages)

    @property
    def actions(self) -> tuple[Action, ...]:
        """All its actions, stage by stage."""
        return tuple(
            Action(name, number, mapped(body))
            for number, (name, stage) in enumerate(zip(self.names, self.stages, strict=True))
            for body in listed(stage.get("Actions"))
        )

    def project(self, action: Action) -> Resource | None:
        """The build project that an action starts."""
        return self.stack.target(action.configuration.get("ProjectName"))

    def maker(self, artifact: str) -> Action | None:
        """The action that makes an artifact."""
        return next((action for action in self.actions if artifact in action.outputs), None)


def journeys(assembly: Assembly) -> Iterator[Journey]:
    """Every pipeline that stands outside of the stages."""
    for stack in assembly.outside_of_stages():
        for resource in stack.all(PIPELINE):
            yield Journey(stack, resource)


def journey_before(subject: Subject, journey: Journey) -> Journey | None:
    """The same pipeline in the base; if it has another id there, the first that the base has."""
    if subject.base is None:
        return None
    known = tuple(journeys(subject.base))
    same = (each for each in known if each.resource.logical_id == journey.resource.logical_id)
    return next(same, known[0] if known else None)


def _names(artifacts: Json) -> tuple[str, ...]:
    return tuple(str(at(each, "Name")) for each in listed(artifacts))
