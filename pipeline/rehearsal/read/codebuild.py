"""CodeBuild projects of a template, read into `spec.BuildProject`.

Every property that the template reference of AWS::CodeBuild::Project names is either read, or changes nothing about
what a build does, or is named under "not exercised", or is refused.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic import ConfigDict, TypeAdapter, with_config
from pydantic.alias_generators import to_pascal

from pipeline.rehearsal.errors import Problem, Unreadable
from pipeline.rehearsal.read.buildspec import parse_buildspec
from pipeline.rehearsal.read.document import NOT_KNOWN, validate
from pipeline.rehearsal.spec import BuildProject, BuildSpec, EnvironmentVariable, Json, Unexercised, VariableType

_PASCAL = ConfigDict(extra="forbid", alias_generator=to_pascal)

_REFUSED = {
    "BuildBatchConfig": "batch builds start several builds from one",
    "FileSystemLocations": "the rehearsal mounts no file systems",
    "SecondaryArtifacts": "artifacts that don't come from the pipeline are not kept",
    "SecondarySources": "sources that don't come from the pipeline are not fetched",
    "SecondarySourceVersions": "sources that don't come from the pipeline are not fetched",
    "SourceVersion": "sources that don't come from the pipeline are not fetched",
    "Triggers": "a project that the pipeline starts needs no webhook, and one would start it for anybody",
}
_NOT_EXERCISED = {
    "AutoRetryLimit": "a failed build is not tried again",
    "VpcConfig": "builds run in this machine's own network",
}
# Who pays, who may look, how it is called: nothing of this changes what a build does.
_WITHOUT_EFFECT = frozenset(
    {"BadgeEnabled", "Cache", "ConcurrentBuildLimit", "Description", "LogsConfig", "ResourceAccessRole", "Tags",
     "Visibility"}
)  # fmt: skip


@with_config(_PASCAL)
@dataclass(frozen=True)
class _Variable:
    name: str
    value: str
    type: VariableType = "PLAINTEXT"


@with_config(_PASCAL)
@dataclass(frozen=True)
class _Environment:
    image: str
    compute_type: str
    type: str
    environment_variables: list[_Variable] = field(default_factory=list)
    privileged_mode: bool = False
    image_pull_credentials_type: str | None = None
    certificate: str | None = None
    registry_credential: dict[str, Json] | None = None


@with_config(_PASCAL)
@dataclass(frozen=True)
class _Source:
    type: str
    build_spec: str | None = None


@with_config(_PASCAL)
@dataclass(frozen=True)
class _Artifacts:
    type: str


@with_config(_PASCAL)
@dataclass(frozen=True)
class _Project:
    source: _Source
    artifacts: _Artifacts
    environment: _Environment
    name: str | None = None
    encryption_key: str | None = None
    service_role: str | None = None
    timeout_in_minutes: int = 60
    queued_timeout_in_minutes: int = 480


_SCHEMA = TypeAdapter(_Project)


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True)
class _Override:
    name: str
    value: str
    type: VariableType = "PLAINTEXT"


_OVERRIDES = TypeAdapter(list[_Override])


def read_project(logical_id: str, properties: dict[str, Json], file: str) -> BuildProject:
    """The project with these properties, already resolved; Unreadable lists everything that can't be rehearsed."""
    at = f"Resources.{logical_id}.Properties"
    refused = [Problem(file, f"{at}.{key}", why, NOT_KNOWN) for key, why in _REFUSED.items() if properties.get(key)]
    if refused:
        raise Unreadable.of(refused)
    aside = {*_REFUSED, *_NOT_EXERCISED, *_WITHOUT_EFFECT}
    read = validate(_SCHEMA, {key: value for key, value in properties.items() if key not in aside}, file, at)
    problems = tuple(_from_elsewhere(read, file, at))
    if problems:
        raise Unreadable.of(problems)
    inline, path = _buildspec(read.source.build_spec, f"{file}: {at}.Source.BuildSpec")
    return BuildProject(
        logical_id=logical_id,
        name=read.name or logical_id,
        image=read.environment.image,
        compute_type=read.environment.compute_type,
        environment_type=read.environment.type,
        variables=tuple(EnvironmentVariable(v.name, v.value, v.type) for v in read.environment.environment_variables),
        privileged=read.environment.privileged_mode,
        timeout_minutes=read.timeout_in_minutes,
        queued_timeout_minutes=read.queued_timeout_in_minutes,
        buildspec=inline,
        buildspec_file=path,
        encryption_key=read.encryption_key,
        role=read.service_role,
        unexercised=tuple(_unexercised(logical_id, properties)),
    )


def _from_elsewhere(read: _Project, file: str, at: str) -> Iterator[Problem]:
    for key, kind in (("Source", read.source.type), ("Artifacts", read.artifacts.type)):
        if kind != "CODEPIPELINE":
            what = f"{kind} is not CODEPIPELINE, so the build is not fed by the pipeline"
            yield Problem(file, f"{at}.{key}.Type", what, "let the pipeline hand it its artifacts")


def _unexercised(logical_id: str, properties: dict[str, Json]) -> Iterator[Unexercised]:
    for key, why in _NOT_EXERCISED.items():
        if properties.get(key):
            yield Unexercised(f"{key} of {logical_id}", why)


def _buildspec(text: str | None, where: str) -> tuple[BuildSpec | None, str | None]:
    """Inline when it is more than a file's name; CodeBuild looks for `buildspec.yml` when there is none."""
    if text is None or not text.strip():
        return None, "buildspec.yml"
    if "\n" in text or text.lstrip().startswith("{"):
        return parse_buildspec(text, where), None
    return None, text


def environment_overrides(configuration: str, where: str) -> tuple[EnvironmentVariable, ...]:
    """The variables in the `EnvironmentVariables` of a CodeBuild action's configuration, which is JSON in a text."""
    try:
        document = json.loads(configuration)
    except json.JSONDecodeError as problem:
        raise Unreadable(f"EnvironmentVariables is not JSON: {problem.msg}", "mend it", file=where) from problem
    read = validate(_OVERRIDES, document, where, "EnvironmentVariables")
    return tuple(EnvironmentVariable(item.name, item.value, item.type) for item in read)
