"""The pipeline itself: the plan, walked from the source to the last stage."""

from aws_cdk import Duration, Environment, RemovalPolicy, Tags, pipelines
from aws_cdk import Stack as CdkStack
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from pipeline.cloud.delivery_stage import DeliveryStage
from pipeline.cloud.inputs import Inputs
from pipeline.cloud.steps import assemble_step, gate_step, pass_through_step
from pipeline.plan.model import Approval, Delivery, Stage

STAGES_BEFORE_THE_PLAN = ("Source", "Build", "UpdatePipeline", "Assets")
"""What CDK Pipelines puts before the first stage of a plan."""
KEPT = Duration.days(90)
"""How long artifacts are kept: an approval may wait a week, and a question about a release longer."""
SOURCE_ROLE = "CodePipelineActionRole"
"""The CDK's name for the role of an action, below the action's own."""


class PipelineStack(CdkStack):
    """CDK Pipelines, from the plan.

    Whatever can refuse a commit before it is deployed stands in Build: a wave after it would run when the pipeline had
    changed itself and published to every account, prod's included.
    """

    def __init__(self, scope: Construct, delivery: Delivery, inputs: Inputs) -> None:
        super().__init__(
            scope,
            "pipeline",
            stack_name=f"{delivery.name}-pipeline",
            description=f"Delivers {delivery.name} from {delivery.source.repository}, branch {delivery.source.branch}",
            env=Environment(account=delivery.environment.account, region=delivery.environment.region),
        )
        self._delivery = delivery
        self._inputs = inputs
        self._source = pipelines.CodePipelineSource.connection(
            delivery.source.repository,
            delivery.source.branch,
            connection_arn=delivery.source.connection_arn,
            action_name="source",
        )
        self.pipeline = pipelines.CodePipeline(
            self,
            "Pipeline",
            synth=self._build(),
            code_pipeline=self._code_pipeline(),
            cli_version=delivery.tools.cdk,
            cdk_assets_cli_version=delivery.tools.cdk_assets,
            publish_assets_in_parallel=True,
        )
        for step in delivery.steps:
            self._add(step)
        for key, value in delivery.tags:
            Tags.of(self).add(key, value)
        self.pipeline.build_pipeline()
        self._let_approvals_expire()
        self._let_source_use_connection()

    def _code_pipeline(self) -> codepipeline.Pipeline:
        key = kms.Key(self, "ArtifactKey", enable_key_rotation=True, removal_policy=RemovalPolicy.RETAIN)
        bucket = s3.Bucket(
            self,
            "Artifacts",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=key,
            bucket_key_enabled=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=True,
            lifecycle_rules=[
                s3.LifecycleRule(expiration=KEPT, noncurrent_version_expiration=KEPT),
            ],
            removal_policy=RemovalPolicy.RETAIN,
        )
        return codepipeline.Pipeline(
            self,
            "Delivery",
            pipeline_name=self._delivery.name,
            pipeline_type=codepipeline.PipelineType.V2,
            execution_mode=codepipeline.ExecutionMode[self._delivery.execution],
            artifact_bucket=bucket,
            cross_account_keys=True,
            restart_execution_on_update=True,
        )

    def _build(self) -> pipelines.CodeBuildStep:
        assembled = assemble_step(self._source)
        delivery, environment = self._delivery, self._delivery.environment
        history = f"arn:aws:codepipeline:{environment.region}:{environment.account}:{delivery.name}"
        gates: list[pipelines.Step] = [gate_step(gate, self._source, history=history) for gate in delivery.source_gates]
        gates += [gate_step(gate, self._source, assembly=assembled, history=history) for gate in delivery.output_gates]
        return pass_through_step(assembled, after=gates)

    def _add(self, step: Stage | Approval) -> None:
        match step:
            case Stage():
                deployed = DeliveryStage(self, self._delivery, step, self._inputs)
                self.pipeline.add_stage(deployed, post=self._asked_of(step, deployed))
            case Approval():
                self.pipeline.add_wave(step.name, pre=[self._approval(step)])

    def _asked_of(self, stage: Stage, deployed: DeliveryStage) -> list[pipelines.Step]:
        """The stage's gates; those that are asked alone wait for all the others."""
        steps = {gate: gate_step(gate, self._source, stage=stage, service=deployed.service) for gate in stage.gates}
        for gate, step in steps.items():
            for other in stage.gates if gate.alone else ():
                if not other.alone:
                    step.add_step_dependency(steps[other])
        return list(steps.values())

    def _approval(self, approval: Approval) -> pipelines.Step:
        """The action keeps who approved and when, but not what: so its text says which commit, and where to read it."""
        commit = self._source.source_attribute("CommitId")
        message = self._source.source_attribute("CommitMessage")
        source = self._delivery.source
        glass = "".join(
            f" BREAK-GLASS in {stage.name} until {flag.until}: {flag.reason} ({flag.owner})."
            for stage in self._delivery.stages
            if (flag := stage.rollout.break_glass)
        )
        told = f"Commit {commit} of {source.repository} ({source.branch}) to {self._after(approval)}:{glass} {message}"
        return pipelines.ManualApprovalStep(
            approval.name,
            comment=told,
            review_url=f"https://github.com/{source.repository}/commit/{commit}",
        )

    def _after(self, approval: Approval) -> str:
        steps = self._delivery.steps
        return ", ".join(step.name for step in steps[steps.index(approval) + 1 :])

    def _let_approvals_expire(self) -> None:
        """Give each approval the plan's time; CDK Pipelines has no word for it, CodePipeline's default is a week."""
        template = self.pipeline.pipeline.node.default_child
        if not isinstance(template, codepipeline.CfnPipeline):
            raise TypeError(f"the pipeline's resource is a {type(template).__name__}, not a CfnPipeline")
        for number, step in enumerate(self._delivery.steps, start=len(STAGES_BEFORE_THE_PLAN)):
            if isinstance(step, Approval):
                template.add_property_override(f"Stages.{number}.Actions.0.TimeoutInMinutes", step.timeout_minutes)

    def _let_source_use_connection(self) -> None:
        """Grant the action whose prefix is that of the connection's ARN; the CDK grants codestar-connections' alone.

        "When specifying a resource in the IAM policy, the service prefix needs to match that of the resource"
        (Developer Tools console user guide, "Identity and access management for AWS CodeConnections").
        """
        connection = self._delivery.source.connection_arn
        service = connection.split(":")[2]
        role = self.pipeline.pipeline.node.find_child("Source").node.find_child("source").node.find_child(SOURCE_ROLE)
        if not isinstance(role, iam.Role):
            raise TypeError(f"the source action's role is a {type(role).__name__}, not a Role")
        role.add_to_policy(iam.PolicyStatement(actions=[f"{service}:UseConnection"], resources=[connection]))
