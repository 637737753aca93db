"""The environment of a build: who may set a variable, who wins, and what CodeBuild itself adds.

Sources: "Build specification reference for CodeBuild", env (precedence: start of the build, then the project, then the
buildspec; names beginning with CODEBUILD_ are reserved) and "Environment variables in build environments".
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.rehearsal.spec import Action, BuildProject, BuildSpec, EnvironmentVariable, symbols

RESERVED = "CODEBUILD_"


def _declared(spec: BuildSpec) -> Iterable[EnvironmentVariable]:
    for name, value in spec.variables.items():
        yield EnvironmentVariable(name, value)
    for name, value in spec.parameter_store.items():
        yield EnvironmentVariable(name, value, "PARAMETER_STORE")
    for name, value in spec.secrets_manager.items():
        yield EnvironmentVariable(name, value, "SECRETS_MANAGER")


def merge(
    spec: BuildSpec, project: Iterable[EnvironmentVariable], started_with: Iterable[EnvironmentVariable]
) -> dict[str, EnvironmentVariable]:
    """Every variable by name: what the build was started with wins over the project, that over the buildspec."""
    return {variable.name: variable for variable in (*_declared(spec), *project, *started_with)}


def problems(variables: Mapping[str, EnvironmentVariable]) -> tuple[str, ...]:
    """What a reader should know of these variables: names that CodeBuild reserves, values known only once deployed."""
    found = [
        f"{name} is set, but names beginning with {RESERVED} are CodeBuild's own: ignored"
        for name in variables
        if name.startswith(RESERVED)
    ]
    for name, variable in variables.items():
        if waiting := symbols(variable.value):
            found.append(f"{name} holds {', '.join(waiting)}, known only once the pipeline's own stack is deployed")
    return tuple(found)


@dataclass(frozen=True)
class Build:
    """A build as CodeBuild would name it. `number` counts the project's builds from 1; `sources` are by artifact name.

    `started_at` is the wall-clock time; `source_version` is the commit, where the pipeline knows it.
    """

    project: BuildProject
    account: str
    region: str
    execution: str
    number: int
    started_at: datetime
    initiator: str
    source: Path
    sources: Mapping[str, Path]
    source_version: str | None = None

    @property
    def build_id(self) -> str:
        """`project:uuid`, the same for the same execution, so that runs can be compared."""
        return f"{self.project.name}:{uuid.uuid5(uuid.NAMESPACE_URL, f'{self.execution}/{self.number}')}"

    def arn(self, kind: str, name: str) -> str:
        """The ARN of something of CodeBuild's in the account and region of the build."""
        return f"arn:aws:codebuild:{self.region}:{self.account}:{kind}/{name}"


def built_in(build: Build) -> dict[str, str]:
    """The variables that CodeBuild adds. CODEBUILD_BUILD_SUCCEEDING changes while the build runs, and is not here."""
    found = {
        "CODEBUILD_BUILD_ARN": build.arn("build", build.build_id),
        "CODEBUILD_BUILD_ID": build.build_id,
        "CODEBUILD_BUILD_IMAGE": build.project.image,
        "CODEBUILD_BUILD_NUMBER": str(build.number),
        "CODEBUILD_INITIATOR": build.initiator,
        "CODEBUILD_LOG_PATH": build.build_id.partition(":")[2],
        "CODEBUILD_PROJECT_ARN": build.arn("project", build.project.name),
        "CODEBUILD_SRC_DIR": str(build.source),
        "CODEBUILD_START_TIME": str(int(build.started_at.timestamp() * 1000)),
    }
    found |= {f"CODEBUILD_SRC_DIR_{name}": str(folder) for name, folder in build.sources.items()}
    if build.source_version:
        found["CODEBUILD_RESOLVED_SOURCE_VERSION"] = build.source_version
    key = build.project.encryption_key
    if key and not symbols(key):
        found["CODEBUILD_KMS_KEY_ID"] = key
    return found


def compose(
    variables: Mapping[str, str], build: Build, host: Mapping[str, str], aws: Mapping[str, str]
) -> dict[str, str]:
    """The whole environment, later ones winning: the machine's, the variables, AWS's address and keys, CodeBuild's own.

    What leads to AWS always wins, so that no variable of a build can send the rehearsal to a real account. HOME is
    always the machine's, as on CodeBuild.
    """
    allowed = {name: value for name, value in variables.items() if not name.startswith(RESERVED)}
    region = {"AWS_REGION": build.region, "AWS_DEFAULT_REGION": build.region}
    return {**host, **allowed, **region, **aws, **built_in(build), "HOME": host["HOME"]}


def timeout_seconds(project: BuildProject, action: Action) -> float:
    """How long the build may take, in real seconds: the project's timeout, or the action's where that is shorter."""
    minutes = [project.timeout_minutes, *([action.timeout_minutes] if action.timeout_minutes else [])]
    return min(minutes) * 60.0
