"""Gates as steps of the pipeline: one shape for all of them."""

from aws_cdk import CfnOutput, Duration, pipelines
from aws_cdk import aws_codebuild as codebuild

from pipeline.cloud.service_stack import ServiceStack
from pipeline.plan.model import Gate, Stage

OUT = ".slipway/gate"
"""Where a gate puts verdict.json and junit.xml, from the root of the build's source."""
ASSEMBLY = "cdk.out"
PYTHON = "3.13"
SET_UP = "scripts/setup"


def gate_step(
    gate: Gate,
    source: pipelines.IFileSetProducer,
    *,
    stage: Stage | None = None,
    service: ServiceStack | None = None,
    assembly: pipelines.IFileSetProducer | None = None,
) -> pipelines.CodeBuildStep:
    """The step that asks `gate` of the source, of the assembly, or of what was deployed to `stage`."""
    asked_in = ["--stage", stage.name] if stage else []
    return pipelines.CodeBuildStep(
        gate.name,
        input=source,
        additional_inputs={ASSEMBLY: assembly} if assembly else None,
        install_commands=[SET_UP],
        commands=[" ".join(["scripts/slipway", "gate", gate.name, *asked_in])],
        env={"SLIPWAY_OUT": OUT, **({"SLIPWAY_STAGE": stage.name} if stage else {})},
        env_from_cfn_outputs=_addresses(service) if service else None,
        partial_build_spec=_build_spec(gate),
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
        partial_build_spec=_python(),
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


def _addresses(service: ServiceStack) -> dict[str, CfnOutput]:
    return {
        "SLIPWAY_API_URL": service.api_url,
        "SLIPWAY_USER_POOL_ID": service.user_pool_id,
        "SLIPWAY_USER_POOL_CLIENT_ID": service.user_pool_client_id,
        "SLIPWAY_TABLE_NAME": service.table_name,
    }


def _build_spec(gate: Gate) -> codebuild.BuildSpec:
    return codebuild.BuildSpec.from_object(
        {
            **_PYTHON,
            "reports": {gate.name: {"base-directory": OUT, "files": ["junit.xml"], "file-format": "JUNITXML"}},
        }
    )


_PYTHON = {"phases": {"install": {"runtime-versions": {"python": PYTHON}}}}


def _python() -> codebuild.BuildSpec:
    return codebuild.BuildSpec.from_object(_PYTHON)
