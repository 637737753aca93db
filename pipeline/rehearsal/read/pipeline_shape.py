"""The shape of `AWS::CodePipeline::Pipeline` by the template reference: a key that is not here is refused."""

from dataclasses import dataclass, field

from pydantic import ConfigDict, TypeAdapter, with_config
from pydantic.alias_generators import to_pascal

from pipeline.rehearsal.spec import Json

_PASCAL = ConfigDict(extra="forbid", alias_generator=to_pascal)


@with_config(_PASCAL)
@dataclass(frozen=True)
class TypeShape:
    """An ActionTypeId."""

    category: str
    owner: str
    provider: str
    version: str


@with_config(_PASCAL)
@dataclass(frozen=True)
class ArtifactShape:
    """An artifact, by name."""

    name: str


@with_config(_PASCAL)
@dataclass(frozen=True)
class ActionShape:
    """An ActionDeclaration."""

    name: str
    action_type_id: TypeShape
    run_order: int = 1
    configuration: dict[str, Json] = field(default_factory=dict)
    input_artifacts: list[ArtifactShape] = field(default_factory=list)
    output_artifacts: list[ArtifactShape] = field(default_factory=list)
    namespace: str | None = None
    region: str | None = None
    role_arn: str | None = None
    timeout_in_minutes: int | None = None


@with_config(ConfigDict(extra="ignore", alias_generator=to_pascal))
@dataclass(frozen=True)
class ConditionShape:
    """A Condition and its rules."""

    result: str | None = None
    rules: list[dict[str, Json]] = field(default_factory=list)


@with_config(_PASCAL)
@dataclass(frozen=True)
class ConditionsShape:
    """BeforeEntry, OnSuccess or OnFailure of a stage."""

    conditions: list[ConditionShape] = field(default_factory=list)
    result: str | None = None
    retry_configuration: dict[str, Json] = field(default_factory=dict)


@with_config(_PASCAL)
@dataclass(frozen=True)
class StageShape:
    """A StageDeclaration."""

    name: str
    actions: list[ActionShape]
    before_entry: ConditionsShape | None = None
    on_success: ConditionsShape | None = None
    on_failure: ConditionsShape | None = None


@with_config(_PASCAL)
@dataclass(frozen=True)
class VariableShape:
    """A variable of the pipeline."""

    name: str
    default_value: str | None = None
    description: str | None = None


@with_config(_PASCAL)
@dataclass(frozen=True)
class TransitionShape:
    """A StageTransition that is disabled."""

    stage_name: str
    reason: str = ""


@with_config(_PASCAL)
@dataclass(frozen=True)
class PipelineShape:
    """The properties of an AWS::CodePipeline::Pipeline."""

    stages: list[StageShape]
    role_arn: str
    name: str | None = None
    pipeline_type: str = "V1"
    execution_mode: str = "SUPERSEDED"
    restart_execution_on_update: bool = False
    variables: list[VariableShape] = field(default_factory=list)
    triggers: list[dict[str, Json]] = field(default_factory=list)
    disable_inbound_stage_transitions: list[TransitionShape] = field(default_factory=list)
    artifact_store: dict[str, Json] = field(default_factory=dict)
    artifact_stores: list[Json] = field(default_factory=list)
    tags: list[Json] = field(default_factory=list)


PIPELINE_SHAPE = TypeAdapter(PipelineShape)
