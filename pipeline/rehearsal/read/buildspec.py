"""Buildspecs: YAML or JSON text read into `spec.BuildSpec`, strictly.

A key that CodeBuild knows and the rehearsal doesn't do is refused by name, and so is a key that nobody knows: CodeBuild
ignores a misspelt one, and the step that it should have run is missed in silence. Every scalar is read as the text it
is written as (`1.10` stays `1.10`, `yes` stays `yes`). Source: CodeBuild's build specification reference.
"""

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

import yaml
from pydantic import AfterValidator, BeforeValidator, ConfigDict, TypeAdapter, with_config

from pipeline.rehearsal.errors import Problem, Unreadable
from pipeline.rehearsal.read.document import NOT_KNOWN, validate
from pipeline.rehearsal.spec import ArtifactFiles, BuildSpec, Json, Phase, PhaseName, ReportGroup

_ON_FAILURE = re.compile(r"ABORT|CONTINUE|RETRY(-.+)?")
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}

_NOT_REHEARSED = {
    "batch": "batch builds start several builds from one; the rehearsal starts one build for an action",
    "proxy": "the rehearsal's builds have no explicit proxy server",
}


class _Loader(yaml.BaseLoader):
    """Texts, lists and mappings only, and no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key {name} stands twice", key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _yes_no(value: object) -> object:
    return _YES_NO.get(value.lower(), value) if isinstance(value, str) else value


def _on_failure(value: str) -> str:
    if not _ON_FAILURE.fullmatch(value):
        raise ValueError("ABORT, CONTINUE, RETRY, RETRY-<count> or RETRY-<regex> is needed")
    return value


def _kebab(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


type _Texts = Annotated[list[str], BeforeValidator(_listed)]
type _YesNo = Annotated[bool, BeforeValidator(_yes_no)]
type _OnFailure = Annotated[str, AfterValidator(_on_failure)]

_STRICT = ConfigDict(extra="forbid", alias_generator=_kebab)


@with_config(_STRICT)
@dataclass(frozen=True)
class _Env:
    shell: Literal["bash", "/bin/sh", "sh"] | None = None
    variables: dict[str, str] = field(default_factory=dict)
    parameter_store: dict[str, str] = field(default_factory=dict)
    secrets_manager: dict[str, str] = field(default_factory=dict)
    exported_variables: _Texts = field(default_factory=list)
    git_credential_helper: _YesNo = False


@with_config(_STRICT)
@dataclass(frozen=True)
class _Phase:
    commands: _Texts = field(default_factory=list)
    finally_: _Texts = field(default_factory=list)
    on_failure: _OnFailure | None = None
    run_as: str | None = None
    runtime_versions: dict[str, str] = field(default_factory=dict)


@with_config(_STRICT)
@dataclass(frozen=True)
class _Files:
    files: _Texts = field(default_factory=list)
    name: str | None = None
    base_directory: str | None = None
    discard_paths: _YesNo = False
    exclude_paths: _Texts = field(default_factory=list)
    enable_symlinks: _YesNo = False


@with_config(_STRICT)
@dataclass(frozen=True)
class _Artifacts(_Files):
    secondary_artifacts: dict[str, _Files] = field(default_factory=dict)


@with_config(_STRICT)
@dataclass(frozen=True)
class _Report:
    files: _Texts
    base_directory: str | None = None
    discard_paths: _YesNo = False
    file_format: str = "JUNITXML"


@with_config(_STRICT)
@dataclass(frozen=True)
class _Cache:
    paths: _Texts = field(default_factory=list)
    key: str | None = None
    fallback_keys: _Texts = field(default_factory=list)
    action: str | None = None


@with_config(_STRICT)
@dataclass(frozen=True)
class _BuildSpec:
    version: Literal["0.1", "0.2"]
    phases: dict[PhaseName, _Phase]
    run_as: str | None = None
    env: _Env = field(default_factory=_Env)
    reports: dict[str, _Report] = field(default_factory=dict)
    artifacts: _Artifacts | None = None
    cache: _Cache = field(default_factory=_Cache)


_SCHEMA = TypeAdapter(_BuildSpec)


def parse_buildspec(text: str, where: str) -> BuildSpec:
    """The buildspec that `text` holds; `where` names its place in messages. Unreadable lists everything wrong in it."""
    document = _load(text, where)
    unsupported = [Problem(where, key, why, NOT_KNOWN) for key, why in _NOT_REHEARSED.items() if key in document]
    if unsupported:
        raise Unreadable.of(unsupported)
    read = validate(_SCHEMA, document, where)
    return BuildSpec(
        where=where,
        version=read.version,
        phases=_phases(read),
        variables=read.env.variables,
        parameter_store=read.env.parameter_store,
        secrets_manager=read.env.secrets_manager,
        exported_variables=tuple(read.env.exported_variables),
        shell=read.env.shell,
        git_credential_helper=read.env.git_credential_helper,
        run_as=read.run_as,
        artifacts=_files(read.artifacts) if read.artifacts and read.artifacts.files else None,
        secondary_artifacts=_secondary(read.artifacts),
        reports=tuple(_report(name, item) for name, item in read.reports.items()),
        cache_paths=tuple(read.cache.paths),
    )


def _load(text: str, where: str) -> dict[str, Json]:
    try:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506  the loader builds texts, lists and mappings only
    except yaml.YAMLError as problem:
        raise Unreadable(f"not YAML: {_one_line(problem)}", "mend the buildspec", file=where) from problem
    if not isinstance(document, dict):
        raise Unreadable("a buildspec is a mapping with version and phases", "mend the buildspec", file=where)
    return document


def _one_line(problem: yaml.YAMLError) -> str:
    if isinstance(problem, yaml.MarkedYAMLError) and problem.problem_mark:
        mark = problem.problem_mark
        return f"line {mark.line + 1} column {mark.column + 1}: {problem.problem}"
    return " ".join(str(problem).split())


def _phases(read: _BuildSpec) -> tuple[Phase, ...]:
    order: tuple[PhaseName, ...] = get_args(PhaseName.__value__)
    return tuple(_phase(name, read.phases[name]) for name in order if name in read.phases)


def _phase(name: PhaseName, read: _Phase) -> Phase:
    return Phase(
        name=name,
        commands=tuple(read.commands),
        finally_=tuple(read.finally_),
        on_failure=read.on_failure,
        run_as=read.run_as,
        runtime_versions=read.runtime_versions,
    )


def _files(read: _Files) -> ArtifactFiles:
    return ArtifactFiles(
        files=tuple(read.files),
        base_directory=read.base_directory,
        discard_paths=read.discard_paths,
        exclude_paths=tuple(read.exclude_paths),
        name=read.name,
        enable_symlinks=read.enable_symlinks,
    )


def _secondary(read: _Artifacts | None) -> dict[str, ArtifactFiles]:
    return {name: _files(item) for name, item in read.secondary_artifacts.items()} if read else {}


def _report(name: str, read: _Report) -> ReportGroup:
    return ReportGroup(
        name=name,
        files=tuple(read.files),
        base_directory=read.base_directory,
        discard_paths=read.discard_paths,
        file_format=read.file_format,
    )
