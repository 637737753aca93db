"""What cdk-nag finds and we leave as it is, each with its reason: read by people before they approve it.

One that no longer matches anything is itself a finding, so that the list cannot outlive its reasons.
"""

from dataclasses import dataclass

from pipeline.cloud.service.boundary import BEYOND_SERVICES, SERVICES

type Words = tuple[str, ...]


@dataclass(frozen=True)
class Acknowledged:
    """Findings of `rules` on the constructs whose path matches one of `where` (`*` stands for anything).

    A rule that finds several things in one resource has the found thing in brackets; logical ids in it read `<…>`. What
    may be done to every resource there is has a finding for each action, and the action behind the brackets.
    """

    rules: Words
    where: Words
    reason: str


def _wildcards(*found: str) -> Words:
    return tuple(f"AwsSolutions-IAM5[{each}]" for each in found)


def _everywhere(*actions: str) -> Words:
    """A policy's `Resource: "*"`, for these actions alone."""
    return tuple(f"AwsSolutions-IAM5[Resource::*] for {action}" for action in actions)


ARTIFACT_READERS = ("pipeline/Delivery/*", "pipeline/Pipeline/*")
PUBLIC_OPERATIONS = (
    "pipeline/*/orders/Api/RestApi/Default/v1/products/GET/Resource",
    "pipeline/*/orders/Api/RestApi/Default/v1/products/{sku}/GET/Resource",
    "pipeline/*/orders/Api/RestApi/Default/v1/products/{sku}/availability/GET/Resource",
    "pipeline/*/orders/Api/RestApi/Default/v1/health/GET/Resource",
    "pipeline/*/orders/Api/RestApi/Default/v1/reference/shipping-methods/GET/Resource",
    "pipeline/*/orders/Api/RestApi/Default/v1/openapi.json/GET/Resource",
    "pipeline/*/orders/Api/RestApi/Default/webhooks/payment-provider/POST/Resource",
)

GATEWAY = "Resource::arn:aws:apigateway:eu-west-1::"
PARTNER_SECRETS = tuple(
    f"Resource::arn:aws:secretsmanager:eu-west-1:{account}:secret:orders-{stage}/partner/*"
    for stage, account in (("beta", "222222222222"), ("gamma", "333333333333"), ("prod", "444444444444"))
)

ACKNOWLEDGED = (
    Acknowledged(
        _wildcards("Action::s3:Abort*", "Action::s3:DeleteObject*"),
        ("pipeline/Delivery/*",),
        "CDK grants the steps that write artifacts its own artifact bucket, object by object unnamed",
    ),
    Acknowledged(
        _wildcards(
            "Action::s3:GetBucket*",
            "Action::s3:GetObject*",
            "Action::s3:List*",
            "Action::kms:GenerateDataKey*",
            "Action::kms:ReEncrypt*",
            "Resource::<…>/*",
        ),
        ARTIFACT_READERS,
        "CDK grants the steps that read artifacts its own artifact bucket and its key, object by object unnamed",
    ),
    Acknowledged(
        _wildcards(
            "Resource::arn:aws:logs:eu-west-1:111111111111:log-group:/aws/codebuild/<…>:*",
            "Resource::arn:aws:codebuild:eu-west-1:111111111111:report-group/<…>-*",
        ),
        ARTIFACT_READERS,
        "CodeBuild names log streams and report groups itself, below the project's own name",
    ),
    Acknowledged(
        (
            *_everywhere("codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"),
            *_wildcards(
                "Resource::arn:aws:logs:eu-west-1:111111111111:log-group:/aws/codebuild/*",
                "Resource::arn:aws:codebuild:eu-west-1:111111111111:report-group/*",
            ),
        ),
        ("pipeline/Pipeline/Assets/FileRole/*",),
        "CDK Pipelines shares one role among the asset publishers and looks builds up by any name",
    ),
    Acknowledged(
        (
            *_everywhere("cloudformation:DescribeStacks", "s3:ListBucket"),
            *_wildcards("Resource::arn:*:iam::111111111111:role/*"),
        ),
        ("pipeline/Pipeline/UpdatePipeline/SelfMutation/*",),
        "self-mutation assumes the CDK's bootstrap roles only (a condition on their tag) and lists stacks and buckets",
    ),
    Acknowledged(
        _everywhere("xray:PutTraceSegments", "xray:PutTelemetryRecords"),
        ("pipeline/*/orders/*/Role/Resource",),
        "X-Ray has no resources to name for what functions tell it",
    ),
    Acknowledged(
        _everywhere("cloudwatch:GetMetricData"),
        ("pipeline/*/orders/Rollout/*/After/Role/Resource",),
        "CloudWatch has no resources to name for figures that are read",
    ),
    Acknowledged(
        _wildcards("Resource::<…>:*"),
        ("pipeline/*/orders/Rollout/*/Before/Role/Resource",),
        "the hook asks the new version and looks up the one before; a grant by number would be new with every release",
    ),
    Acknowledged(
        _wildcards("Resource::<…>:*"),
        ("pipeline/*/orders/Rollout/*/Group/ServiceRole/DefaultPolicy/Resource",),
        "CodeDeploy invokes both hooks of its own group, whichever version they are",
    ),
    Acknowledged(
        ("AwsSolutions-IAM4[Policy::arn:<…>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]",),
        ("pipeline/*/orders/Rollout/*/Group/ServiceRole/Resource",),
        "AWS keeps this policy in step with what CodeDeploy calls; the narrower of its two",
    ),
    Acknowledged(
        ("AwsSolutions-IAM4[Policy::arn:<…>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",),
        ("pipeline/*/orders/Api/RestApi/CloudWatchRole/Resource",),
        "API Gateway takes one logging role per account and Region, and this is AWS's policy for it",
    ),
    Acknowledged(
        (
            *_everywhere(*(f"{each}:*" for each in SERVICES), *BEYOND_SERVICES),
            *_wildcards(*(f"Action::{each}:*" for each in SERVICES), "Action::ec2:*NetworkInterface*"),
        ),
        ("pipeline/*/orders/Boundary/Policy/Resource",),
        "a boundary grants nothing: it is the most that the exact policies of the roles can ever come to",
    ),
    Acknowledged(
        ("AwsSolutions-APIG4", "AwsSolutions-COG4"),
        PUBLIC_OPERATIONS,
        "public in the contract: the catalogue, what tools ask, and the webhook, whose signature its worker looks at",
    ),
    Acknowledged(
        ("AwsSolutions-COG4",),
        ("pipeline/*/orders/Api/RestApi/Default/partner/v1/*/Resource",),
        "machines sign in by client credentials of the same pool; a Lambda authorizer verifies their tokens and keys",
    ),
    Acknowledged(
        _wildcards(f"{GATEWAY}/apikeys/*", f"{GATEWAY}/usageplans/*/keys", f"{GATEWAY}/usageplans/*/keys/*"),
        (
            "pipeline/*/orders/Rotation/Role/Resource",
            "pipeline/*/orders/Auth/Tester/Resource",
        ),
        "API Gateway numbers keys and plans itself, and partners' keys come and go without a deployment",
    ),
    Acknowledged(
        _wildcards(f"{GATEWAY}/usageplans/*/usage"),
        ("pipeline/*/orders/Partners/Role/Resource",),
        "a plan knows its stage, so the function that the stage needs cannot know the plan; it reads counts alone",
    ),
    Acknowledged(
        _wildcards(*PARTNER_SECRETS),
        ("pipeline/*/orders/Rotation/Role/Resource",),
        "each partner's secret is made when the partner is taken on, below this one name",
    ),
    Acknowledged(
        ("AwsSolutions-APIG3",),
        ("pipeline/*/orders/Api/RestApi/DeploymentStage.*/Resource",),
        "a web ACL costs money while it waits; the stage throttles, and a team turns one on with its own rules",
    ),
    Acknowledged(
        ("AwsSolutions-COG2",),
        ("pipeline/*/orders/Auth/Users/Resource",),
        "customers choose a second factor (TOTP) themselves; requiring one would lock out those without a phone",
    ),
    Acknowledged(
        ("AwsSolutions-COG8",),
        ("pipeline/*/orders/Auth/Users/Resource",),
        "the Plus plan is paid per user; Essentials has all that the service uses",
    ),
    Acknowledged(
        ("AwsSolutions-SMG4",),
        ("pipeline/*/orders/Data/ProviderSecret/Resource",),
        "the payment provider gives this key out; whoever asks it for a new one puts that in",
    ),
    Acknowledged(
        ("AwsSolutions-SMG4",),
        ("pipeline/*/orders/Data/EmailIndexSecret/Resource",),
        "makes the index keys of e-mail addresses: with a new value no customer would be found by theirs",
    ),
    Acknowledged(
        _wildcards("Resource::<…>/claims/<…>/*"),
        ("pipeline/*/orders/Uploads/Uploader/Resource",),
        "a browser names its own photographs, below the number of its customer, which the session's tag holds",
    ),
    Acknowledged(
        ("AwsSolutions-S1",),
        ("pipeline/*/orders/Data/Claims/Resource",),
        "written by customers' own sessions and read by one worker; a second bucket for its log would hold more",
    ),
    Acknowledged(
        ("AwsSolutions-S1",),
        ("pipeline/*/orders/Data/Imports/Resource",),
        "written by links that the record of an import tells of, read by one worker, and empty after a week",
    ),
    Acknowledged(
        _wildcards("Resource::<…>/imports/*"),
        (
            "pipeline/*/orders/Imports/Role/Resource",
            "pipeline/*/orders/Importer/Role/Resource",
        ),
        "each import has a file of its own number, below this one folder; a link is signed for one of them alone",
    ),
    Acknowledged(
        _wildcards("Resource::<…>/claims/*"),
        ("pipeline/*/orders/Photographs/Role/Resource",),
        "customers name their photographs themselves, below this one folder, and the worker looks at all of them",
    ),
    Acknowledged(
        ("AwsSolutions-S1",),
        ("pipeline/*/orders/Data/Invoices/Resource",),
        "written by one worker, read at addresses that one function signs; a second bucket for its log would hold more",
    ),
    Acknowledged(
        _wildcards("Resource::<…>/invoices/*"),
        (
            "pipeline/*/orders/Orders/Role/Resource",
            "pipeline/*/orders/Invoices/Role/Resource",
        ),
        "an invoice is called by its order, below this one folder, and the two write and sign all of them",
    ),
    Acknowledged(
        ("AwsSolutions-L1",),
        ("pipeline/*/orders/*/Function/Resource",),
        "3.13 is what the locks, the tests and the rehearsal run; the runtime is raised together with them",
    ),
    Acknowledged(
        ("AwsSolutions-SQS3",),
        ("pipeline/*/orders/Events/Unsent/Resource",),
        "holds the dead letters of the pipe from the table's stream, which is no queue for the rule to see",
    ),
    Acknowledged(
        ("AwsSolutions-S1",),
        ("pipeline/Artifacts/Resource",),
        "holds build artifacts for 90 days, read by the pipeline's roles alone; CloudTrail has their calls",
    ),
)
