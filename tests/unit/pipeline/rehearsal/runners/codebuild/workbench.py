"""A bench on which tests run builds: folders, a pipeline action around a buildspec, and a vault of values."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipeline.record.events import Event, FidelityNoted
from pipeline.record.verdict import Outcome, Verdict, to_json
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.read.buildspec import parse_buildspec
from pipeline.rehearsal.runners.base import ActionContext, ActionResult
from pipeline.rehearsal.runners.codebuild import CodeBuildRunner, Surroundings
from pipeline.rehearsal.runners.codebuild.secrets import NotKept, SecretReference
from pipeline.rehearsal.spec import Action, BuildProject, EnvironmentVariable

AWS = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
    "AWS_ACCESS_KEY_ID": "111111111111",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-west-1",
}
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)


class Values:
    """A vault that holds these parameters and secrets."""

    def __init__(self, parameters: Mapping[str, str], secrets: Mapping[SecretReference, str]) -> None:
        self._parameters = parameters
        self._secrets = secrets

    def parameter(self, name: str) -> str:
        if name not in self._parameters:
            raise NotKept("not there")
        return self._parameters[name]

    def secret(self, reference: SecretReference) -> str:
        found = {
            SecretReference(key.secret_id, "", key.stage, key.version): text for key, text in self._secrets.items()
        }
        plain = SecretReference(reference.secret_id, "", reference.stage, reference.version)
        if plain not in found:
            raise NotKept("not there")
        return found[plain]


@dataclass
class Bench:
    """One action's folders. `parameters` and `secrets` are what its variables may refer to."""

    root: Path
    parameters: dict[str, str] = field(default_factory=dict)
    secrets: dict[SecretReference, str] = field(default_factory=dict)
    cancel: Cancel = field(default_factory=Cancel)
    events: list[Event] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    log_bytes: int = 10 * 1024 * 1024

    def __post_init__(self) -> None:
        for folder in ("inputs/Source", "work", "logs"):
            (self.root / folder).mkdir(parents=True)

    @property
    def source(self) -> Path:
        return self.root / "inputs" / "Source"

    @property
    def log(self) -> str:
        return (self.root / "logs" / "act.log").read_text()

    @property
    def kept(self) -> Path:
        return self.root / "logs" / "act"

    @property
    def not_exercised(self) -> list[str]:
        return [event.subject for event in self.events if isinstance(event, FidelityNoted)]

    def output(self, name: str) -> dict[str, str]:
        """The files of an output artifact, by path."""
        folder = self.root / "outputs" / name
        return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}

    def project(self, spec: str, variables: tuple[EnvironmentVariable, ...] = (), minutes: int = 60) -> BuildProject:
        return BuildProject(
            logical_id="Project",
            name="orders-build",
            image="aws/codebuild/standard:7.0",
            compute_type="BUILD_GENERAL1_SMALL",
            environment_type="LINUX_CONTAINER",
            variables=variables,
            timeout_minutes=minutes,
            buildspec=parse_buildspec(spec, "buildspec of the test"),
        )

    def run(
        self,
        spec: str,
        *,
        inputs: tuple[str, ...] = ("Source",),
        outputs: tuple[str, ...] = (),
        configuration: Mapping[str, str] | None = None,
        variables: tuple[EnvironmentVariable, ...] = (),
        gate: str | None = None,
        minutes: int = 60,
        project: BuildProject | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> ActionResult:
        """Run a buildspec as the action `act` of the stage `Stage` would, to its end."""
        made = project or self.project(spec, variables, minutes)
        told = {"ProjectName": made.name, **(configuration or {})}
        action = Action("act", "Build", "AWS", "CodeBuild", "1", 1, told, inputs, outputs, project=made, gate=gate)
        return CodeBuildRunner(self._surroundings(now)).run(action, self._context(told, inputs, outputs))

    def _surroundings(self, now: Callable[[], float]) -> Surroundings:
        return Surroundings(
            pipeline="orders-pipeline",
            account="111111111111",
            region="eu-west-1",
            aws=lambda account, region: {**AWS, "AWS_ACCESS_KEY_ID": account, "AWS_DEFAULT_REGION": region},
            runtimes={"python": "3.13.5"},
            tool_folders=(Path("/opt/python/bin"),),
            vault=lambda _: Values(self.parameters, self.secrets),
            now=now,
            wall_clock=lambda: MIDNIGHT,
            log_bytes=self.log_bytes,
        )

    def _context(
        self, configuration: Mapping[str, str], inputs: tuple[str, ...], outputs: tuple[str, ...]
    ) -> ActionContext:
        for name in outputs:
            (self.root / "outputs" / name).mkdir(parents=True)
        return ActionContext(
            stage="Stage",
            action="act",
            inputs={name: self.root / "inputs" / name for name in inputs},
            outputs={name: self.root / "outputs" / name for name in outputs},
            work=self.root / "work",
            log=self.root / "logs" / "act.log",
            configuration=configuration,
            variables={"SourceVariables": {"CommitId": "3f9c1a2"}},
            environment=self.environment,
            emit=self.events.append,
            cancel=self.cancel,
            execution_id="execution-1",
        )


def verdict(outcome: Outcome, gate: str = "unit", **changes: object) -> str:
    """A verdict file's text."""
    values: dict[str, object] = {
        "gate": gate,
        "outcome": outcome,
        "summary": "318 passed",
        "checked": 318,
        "checked_what": "tests",
        "see_again": "slipway gate unit",
    }
    return to_json(Verdict(**{**values, **changes}))  # type: ignore[arg-type]
