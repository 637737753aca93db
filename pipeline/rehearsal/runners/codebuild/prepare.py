"""Everything about a build that can be known, and can be wrong, before its first command."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.rehearsal.errors import Unreadable
from pipeline.rehearsal.read.buildspec import parse_buildspec
from pipeline.rehearsal.read.codebuild import environment_overrides
from pipeline.rehearsal.runners.base import ActionContext
from pipeline.rehearsal.runners.codebuild import environment, evidence, fidelity, node_trust
from pipeline.rehearsal.runners.codebuild.masking import Masker
from pipeline.rehearsal.runners.codebuild.secrets import resolve
from pipeline.rehearsal.runners.codebuild.shell import ShellProgram
from pipeline.rehearsal.runners.codebuild.surroundings import Surroundings
from pipeline.rehearsal.spec import Action, BuildProject, BuildSpec, Unexercised


@dataclass(frozen=True)
class Prepared:
    """A build that is ready to start: `source` is its folder, `environment` all that it sees.

    `exported` are the variables that it exports, `secret_names` those that hold secrets. `out` is where it promises a
    verdict, None if it does not.
    `timeout` is in real seconds. `unexercised` and `remarks` belong into its log.
    """

    spec: BuildSpec
    shell: ShellProgram
    source: Path
    environment: Mapping[str, str]
    exported: tuple[str, ...]
    secret_names: frozenset[str]
    masker: Masker
    out: Path | None
    timeout: float
    unexercised: tuple[Unexercised, ...]
    remarks: tuple[str, ...]


def primary_input(action: Action, configuration: Mapping[str, str], where: str) -> str:
    """The input that the build stands in: the one that PrimarySource names, or the first.

    Source: "AWS CodeBuild build and test action reference", PrimarySource.
    """
    if not action.inputs:
        raise Unreadable("a CodeBuild action needs an input artifact", "give it one", file=where)
    named = configuration.get("PrimarySource", action.inputs[0])
    if named not in action.inputs:
        what = f"PrimarySource is {named}, which is none of its inputs ({', '.join(action.inputs)})"
        raise Unreadable(what, "name one of them", file=where)
    return named


def read_buildspec(project: BuildProject, source: Path) -> BuildSpec:
    """The project's own buildspec, or the one that lies in the primary input; Unreadable if it is not there."""
    if project.buildspec:
        return project.buildspec
    name = project.buildspec_file or "buildspec.yml"
    try:
        text = (source / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        what = f"the buildspec of {project.name} can't be read from its primary input: {problem}"
        raise Unreadable(what, "add it to the source, or mend its path", file=name) from problem
    return parse_buildspec(text, name)


def prepare(action: Action, context: ActionContext, around: Surroundings, number: int) -> Prepared:
    """Prepare the build that `action` starts; `number` counts the project's builds from 1.

    Unreadable when it asks for what the rehearsal can't do; Refused when a parameter or a secret is not there.
    """
    where = f"{context.stage}.{context.action}"
    project = action.project
    if project is None:
        raise Unreadable("the action starts a CodeBuild project that is not in the template", "add it", file=where)
    primary = primary_input(action, context.configuration, where)
    source = context.inputs[primary]
    spec = read_buildspec(project, source)
    overrides = environment_overrides(context.configuration.get("EnvironmentVariables", "[]"), where)
    variables = environment.merge(spec, project.variables, overrides)
    aws = around.aws(around.account, action.region or around.region)
    resolved = resolve(variables, lambda: around.vault(aws))
    home = context.work / "home"
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    build = _identify(action, context, around, number, project, primary)
    host = around.host_environment(context.environment, home)
    leads = {**aws, **node_trust.variables(aws, host, home)}
    composed = environment.compose(resolved.values, build, host, leads)
    runtimes = fidelity.check_runtimes(spec, around.runtimes, composed)
    return Prepared(
        spec=spec,
        shell=fidelity.shell_program(spec, project),
        source=source,
        environment=composed,
        exported=spec.exported_variables,
        secret_names=resolved.secret_names,
        masker=Masker.of(resolved.secrets),
        out=evidence.folder(composed, source, where),
        timeout=environment.timeout_seconds(project, action),
        unexercised=(*fidelity.not_exercised(spec, project), *runtimes),
        remarks=environment.problems(variables),
    )


def _identify(
    action: Action, context: ActionContext, around: Surroundings, number: int, project: BuildProject, primary: str
) -> environment.Build:
    """The build as CodeBuild would name it; its commit is what an earlier source action calls CommitId."""
    commits = (values["CommitId"] for values in context.variables.values() if "CommitId" in values)
    return environment.Build(
        project=project,
        account=around.account,
        region=action.region or around.region,
        execution=f"{context.execution_id}/{context.stage}/{context.action}",
        number=number,
        started_at=around.wall_clock(),
        initiator=f"codepipeline/{around.pipeline}",
        source=context.inputs[primary],
        sources={name: context.inputs[name] for name in action.inputs if name != primary},
        source_version=next(commits, None),
    )
