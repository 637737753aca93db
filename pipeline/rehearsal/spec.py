"""What was synthesized, as frozen data: templates, the pipeline, its actions, and the builds they start.

Everything here was read from `cdk.out`; nothing here reads. The words are AWS's own
(CodePipeline's structure reference, CodeBuild's buildspec reference, version 0.2).

A text may hold a part that is known only once the stack is deployed. Such a part stands as `${Token[Id]}` for a `Ref`,
`${Token[Id.Attribute]}` for a `Fn::GetAtt`, and `symbols` finds it. A part like `#{Namespace.Variable}` is a
CodePipeline variable, which gets its value while the pipeline runs.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None

_SYMBOL = re.compile(r"\$\{Token\[([^\]]+)\]\}")

type VariableType = Literal["PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER"]
type PhaseName = Literal["install", "pre_build", "build", "post_build"]


def symbol(name: str) -> str:
    """The stand-in for a value that is known only once deployed, e.g. `symbol("Table.Arn")`."""
    return f"${{Token[{name}]}}"


def symbols(text: str) -> tuple[str, ...]:
    """The names of the deploy-time values that `text` holds, in order: `("Table.Arn",)`."""
    return tuple(_SYMBOL.findall(text))


# --- templates -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Resource:
    """A resource of a template, unresolved: intrinsic functions stand as they were written."""

    logical_id: str
    type: str
    properties: Mapping[str, Json] = field(default_factory=dict)
    depends_on: tuple[str, ...] = ()
    condition: str | None = None
    deletion_policy: str | None = None
    update_policy: Mapping[str, Json] = field(default_factory=dict)
    update_replace_policy: str | None = None
    creation_policy: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Template:
    """A CloudFormation template; `digest` is the hex SHA-256 of the file's bytes, `size` their number."""

    path: Path
    digest: str
    size: int
    resources: Mapping[str, Resource]
    outputs: Mapping[str, Json] = field(default_factory=dict)
    parameters: Mapping[str, Json] = field(default_factory=dict)
    mappings: Mapping[str, Json] = field(default_factory=dict)
    conditions: Mapping[str, Json] = field(default_factory=dict)

    def of_type(self, resource_type: str) -> tuple[Resource, ...]:
        """The resources of one type, in the order of the template."""
        return tuple(item for item in self.resources.values() if item.type == resource_type)


@dataclass(frozen=True)
class Unexercised:
    """Something that was read and that the rehearsal doesn't do: a part of the document, and why not."""

    subject: str
    why: str


# --- builds ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EnvironmentVariable:
    """A variable of a build: its plain value, or the name of the parameter or secret that holds it."""

    name: str
    value: str
    type: VariableType = "PLAINTEXT"


@dataclass(frozen=True)
class Phase:
    """A phase of a buildspec: `commands` in order, then `finally_` whatever happened.

    `on_failure` is ABORT, CONTINUE, RETRY, RETRY-<count> or RETRY-<regex>; None follows CodeBuild's phase transitions.
    `run_as` is a Linux user. `runtime_versions` (install only) maps a runtime to its version, `{"nodejs": "24"}`.
    """

    name: PhaseName
    commands: tuple[str, ...] = ()
    finally_: tuple[str, ...] = ()
    on_failure: str | None = None
    run_as: str | None = None
    runtime_versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ArtifactFiles:
    """What a build hands on: glob patterns relative to `base_directory`, itself relative to the build's folder.

    `discard_paths` flattens the tree. `exclude_paths` are patterns that are left out. `name` may hold shell variables.
    """

    files: tuple[str, ...]
    base_directory: str | None = None
    discard_paths: bool = False
    exclude_paths: tuple[str, ...] = ()
    name: str | None = None
    enable_symlinks: bool = False


@dataclass(frozen=True)
class ReportGroup:
    """Test results that a build reports: `file_format` as CodeBuild names it (JUNITXML unless told)."""

    name: str
    files: tuple[str, ...]
    base_directory: str | None = None
    discard_paths: bool = False
    file_format: str = "JUNITXML"


@dataclass(frozen=True)
class BuildSpec:
    """A buildspec of version 0.1 or 0.2; `where` names the place it was read from, for messages.

    `variables` are plain, `parameter_store` maps a variable to a parameter's name, `secrets_manager` to
    `id[:json-key[:stage[:version]]]`. `exported_variables` are handed on as the action's output variables.
    `shell` is bash, /bin/sh or a PowerShell; None is sh. `secondary_artifacts` are by artifact identifier.
    """

    where: str
    version: str
    phases: tuple[Phase, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    parameter_store: Mapping[str, str] = field(default_factory=dict)
    secrets_manager: Mapping[str, str] = field(default_factory=dict)
    exported_variables: tuple[str, ...] = ()
    shell: str | None = None
    git_credential_helper: bool = False
    run_as: str | None = None
    artifacts: ArtifactFiles | None = None
    secondary_artifacts: Mapping[str, ArtifactFiles] = field(default_factory=dict)
    reports: tuple[ReportGroup, ...] = ()
    cache_paths: tuple[str, ...] = ()

    def phase(self, name: PhaseName) -> Phase | None:
        """The phase of that name, if the buildspec has it."""
        return next((phase for phase in self.phases if phase.name == name), None)


@dataclass(frozen=True)
class BuildProject:
    """A CodeBuild project. Either `buildspec` was inline, or `buildspec_file` is its path in the primary input.

    `environment_type` is e.g. ARM_CONTAINER, `compute_type` e.g. BUILD_GENERAL1_SMALL. `encryption_key` and `role` may
    be symbols. Timeouts are CodeBuild's: 60 minutes of build and 480 of queue unless told.
    """

    logical_id: str
    name: str
    image: str
    compute_type: str
    environment_type: str
    variables: tuple[EnvironmentVariable, ...] = ()
    privileged: bool = False
    timeout_minutes: int = 60
    queued_timeout_minutes: int = 480
    buildspec: BuildSpec | None = None
    buildspec_file: str | None = None
    encryption_key: str | None = None
    role: str | None = None
    unexercised: tuple[Unexercised, ...] = ()


# --- the pipeline ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Action:
    """An action of a stage. Actions of the same `run_order` run side by side.

    `configuration` is resolved as far as the template allows: texts may hold symbols and `#{Namespace.Variable}`.
    `inputs` and `outputs` name artifacts, the first input is the primary one. `timeout_minutes` None: the
    provider's own. `project` is the CodeBuild project that a CodeBuild action starts.
    `gate` is the gate whose verdict the action promises: it is so named by the variable SLIPWAY_GATE, and by the
    action's own name where only SLIPWAY_OUT is set; None promises no verdict.
    """

    name: str
    category: str
    owner: str
    provider: str
    version: str
    run_order: int = 1
    configuration: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    namespace: str | None = None
    region: str | None = None
    role: str | None = None
    timeout_minutes: int | None = None
    project: BuildProject | None = None
    gate: str | None = None

    @property
    def type(self) -> str:
        """Category, owner, provider and version as one word: `Build/AWS/CodeBuild/1`."""
        return f"{self.category}/{self.owner}/{self.provider}/{self.version}"


@dataclass(frozen=True)
class Condition:
    """A condition of a stage: `when` is beforeEntry, onSuccess or onFailure; `result` is what it does (FAIL, ROLLBACK).

    `rules` names the rule types it asks (`AWS/CloudWatchAlarm/1`). The rehearsal lists conditions as not exercised.
    """

    when: str
    result: str | None
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stage:
    """A stage of a pipeline."""

    name: str
    actions: tuple[Action, ...]
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Pipeline:
    """A synthesized `AWS::CodePipeline::Pipeline`: `digest` is the SHA-256 of the template that holds it.

    `type` is V1 or V2; `execution_mode` SUPERSEDED, QUEUED or PARALLEL. `restart_on_update`: a pipeline that changed
    itself starts again with the same commit. `account` and `region` are where its stack goes. `variables` are the
    pipeline's own with their defaults, `#{variables.Name}`.
    """

    name: str
    logical_id: str
    template: Path
    digest: str
    type: str
    execution_mode: str
    restart_on_update: bool
    stages: tuple[Stage, ...]
    account: str | None = None
    region: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    unexercised: tuple[Unexercised, ...] = ()

    def actions(self) -> Iterator[tuple[Stage, Action]]:
        """Every action with its stage, in the order of the template."""
        for stage in self.stages:
            for action in stage.actions:
                yield stage, action
