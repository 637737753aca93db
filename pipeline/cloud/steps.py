"""The pipeline's builds: the assembly, the gates (one shape for all of them), and the hand-over to CDK Pipelines."""

from collections.abc import Mapping

from aws_cdk import Duration, pipelines
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_iam as iam

from pipeline.cloud.service.auth import tester_name
from pipeline.cloud.service_stack import ServiceStack
from pipeline.plan.model import Gate, Stage

OUT = ".slipway/gate"
"""Where a gate puts verdict.json, junit.xml and what else it makes, from the root of the build's source."""
ASSEMBLY = "cdk.out"
PYTHON = "3.13"
SET_UP = "scripts/setup"
ROOMY = codebuild.BuildEnvironment(compute_type=codebuild.ComputeType.MEDIUM)
"""7 GB: a cold mypy over the CDK's types takes 3."""


def gate_step(
    gate: Gate,
    source: pipelines.IFileSetProducer,
    *,
    stage: Stage | None = None,
    service: ServiceStack | None = None,
    assembly: pipelines.IFileSetProducer | None = None,
    history: str | None = None,
) -> pipelines.CodeBuildStep:
    """The step that asks `gate` of the source, of the assembly, or of what was deployed to `stage`.

    `history` is the pipeline's ARN, for a gate that compares: its executions say what is deployed.
    """
    asked_in = f" --stage {stage.name}" if stage else ""
    return pipelines.CodeBuildStep(
        gate.name,
        input=source,
        additional_inputs={ASSEMBLY: assembly} if assembly else None,
        install_commands=[SET_UP],
        commands=[f"scripts/slipway gate {gate.name}{asked_in}"],
        primary_output_directory=OUT if gate.keeps else None,
        env={"SLIPWAY_OUT": OUT, **({"SLIPWAY_STAGE": stage.name} if stage else {})},
        env_from_cfn_outputs=service.addresses if service else None,
        role_policy_statements=[*_may_test(stage), *_may_read(history if gate.compares else None)],
        build_environment=ROOMY,
        partial_build_spec=_build_spec({gate.name: _JUNIT}),
        timeout=Duration.minutes(gate.timeout_minutes),
    )


def assemble_step(source: pipelines.IFileSetProducer) -> pipelines.CodeBuildStep:
    """The step that synthesizes the assembly which every later step looks at and deploys: built once."""
    return pipelines.CodeBuildStep(
        "assemble",
        input=source,
        install_commands=[SET_UP],
        commands=[f"scripts/slipway synth --output {ASSEMBLY}"],
        primary_output_directory=ASSEMBLY,
        build_environment=ROOMY,
        partial_build_spec=_build_spec(),
        timeout=Duration.minutes(15),
    )


def pass_through_step(assembly: pipelines.IFileSetProducer, after: list[pipelines.Step]) -> pipelines.CodeBuildStep:
    """The step that CDK Pipelines takes for its synth: hands the assembly on, unchanged, when the gates have passed."""
    step = pipelines.CodeBuildStep(
        "Synth",
        input=assembly,
        commands=["test -f manifest.json"],
        primary_output_directory=".",
        timeout=Duration.minutes(5),
    )
    for gate in after:
        step.add_step_dependency(gate)
    return step


def _may_test(stage: Stage | None) -> list[iam.PolicyStatement]:
    """Leave to act as the stage's tester, in the stage's account, where it has one."""
    if stage is None or not stage.settings.test_sign_in:
        return []
    tester = f"arn:aws:iam::{stage.environment.account}:role/{tester_name(stage)}"
    return [iam.PolicyStatement(actions=["sts:AssumeRole"], resources=[tester])]


def _may_read(history: str | None) -> list[iam.PolicyStatement]:
    """Leave to read a pipeline's history; its artifacts every build of it may read that takes one."""
    if history is None:
        return []
    actions = ["codepipeline:ListActionExecutions", "codepipeline:GetPipelineState"]
    return [iam.PolicyStatement(actions=actions, resources=[history])]


_JUNIT = {"base-directory": OUT, "files": ["junit.xml"], "file-format": "JUNITXML"}


def _build_spec(reports: Mapping[str, object] | None = None) -> codebuild.BuildSpec:
    """The part of the build spec that CDK Pipelines does not write itself: the Python to install, and the reports."""
    installed = {"phases": {"install": {"runtime-versions": {"python": PYTHON}}}}
    return codebuild.BuildSpec.from_object({**installed, "reports": reports} if reports else installed)
