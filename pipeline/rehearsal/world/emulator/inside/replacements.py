"""Which properties replace a resource, for change sets: ministack knows some types and says "maybe" for the rest.

Source: the `createOnlyProperties` and `conditionalCreateOnlyProperties` of the CloudFormation registry's schemas.
"""

from collections.abc import Callable

from pipeline.rehearsal.world.emulator.inside.seams import Seam

RECREATION = Seam("ministack.services.cloudformation.stacks", "_property_recreation", ("resource_type", "name"))
SEAMS = (RECREATION,)

CREATE_ONLY: dict[str, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        "AWS::ApiGateway::Account": "",
        "AWS::ApiGateway::Authorizer": "RestApiId",
        "AWS::ApiGateway::Deployment": "DeploymentCanarySettings RestApiId",
        "AWS::ApiGateway::GatewayResponse": "ResponseType RestApiId",
        "AWS::ApiGateway::Method": "RestApiId ResourceId HttpMethod",
        "AWS::ApiGateway::Model": "ContentType Name RestApiId",
        "AWS::ApiGateway::RequestValidator": "Name RestApiId",
        "AWS::ApiGateway::Resource": "PathPart ParentId RestApiId",
        "AWS::ApiGateway::RestApi": "",
        "AWS::ApiGateway::Stage": "RestApiId StageName",
        "AWS::ApiGateway::UsagePlan": "",
        "AWS::CloudWatch::Alarm": "AlarmName",
        "AWS::CloudWatch::CompositeAlarm": "AlarmName",
        "AWS::CloudWatch::Dashboard": "DashboardName",
        "AWS::CodeBuild::Project": "Name",
        "AWS::CodeDeploy::Application": "ApplicationName ComputePlatform",
        "AWS::CodeDeploy::DeploymentConfig": (
            "DeploymentConfigName MinimumHealthyHosts ComputePlatform ZonalConfig TrafficRoutingConfig"
        ),
        "AWS::CodeDeploy::DeploymentGroup": "DeploymentGroupName ApplicationName",
        "AWS::CodePipeline::Pipeline": "Name",
        "AWS::CodeStarConnections::Connection": "ConnectionName ProviderType HostArn",
        "AWS::Cognito::UserPoolClient": "GenerateSecret UserPoolId",
        "AWS::DynamoDB::GlobalTable": "TableName",
        "AWS::Events::Rule": "Name",
        "AWS::IAM::Policy": "",
        "AWS::KMS::Alias": "AliasName",
        "AWS::KMS::Key": "",
        "AWS::Lambda::Alias": "Name FunctionName",
        "AWS::Lambda::Permission": (
            "FunctionName FunctionUrlAuthType InvokedViaFunctionUrl SourceAccount SourceArn Principal PrincipalOrgID "
            "Action EventSourceToken"
        ),
        "AWS::Lambda::Version": "FunctionName Description CodeSha256 ProvisionedConcurrencyConfig RuntimePolicy",
        "AWS::Logs::LogGroup": "LogGroupName",
        "AWS::Logs::MetricFilter": "FilterName LogGroupName",
        "AWS::S3::Bucket": "BucketName BucketNamePrefix BucketNamespace",
        "AWS::S3::BucketPolicy": "Bucket",
        "AWS::SNS::Subscription": "Endpoint Protocol TopicArn",
        "AWS::SNS::TopicPolicy": "",
        "AWS::SQS::QueuePolicy": "",
        "AWS::SecretsManager::Secret": "Name",
    }.items()
}
CONDITIONALLY: dict[str, frozenset[str]] = {
    "AWS::DynamoDB::GlobalTable": frozenset({"LocalSecondaryIndexes", "GlobalTableSourceArn", "KeySchema"}),
    "AWS::Events::Rule": frozenset({"EventBusName"}),
    "AWS::SNS::Subscription": frozenset({"Region"}),
}


def recreation(resource_type: str, name: str) -> str | None:
    """`Always`, `Conditionally` or `Never`, in a change set's words; None for a type that isn't in the table."""
    if (always := CREATE_ONLY.get(resource_type)) is None:
        return None
    if name in always:
        return "Always"
    return "Conditionally" if name in CONDITIONALLY.get(resource_type, frozenset()) else "Never"


def install() -> None:
    """Answer from the table, and from ministack's own where the type isn't in it."""

    def wrap(original: Callable[[str, str], str]) -> Callable[[str, str], str]:
        return lambda resource_type, name: recreation(resource_type, name) or original(resource_type, name)

    RECREATION.wrap(wrap)
