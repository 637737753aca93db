"""The tables of fidelity: what the local AWS does, what it only keeps, and what nothing here exercises."""

from collections.abc import Mapping

from pipeline.rehearsal.fidelity import Coverage, Tables

_BUILD = Coverage(
    "real", "the project's own buildspec in a clean folder with a real shell, on this machine's processor"
)
_KEPT = "kept by the local AWS, and used by nothing here"

ACTIONS: Mapping[str, Coverage] = {
    "Source/AWS/CodeStarSourceConnection/1": Coverage("real", "the files of the commit itself; GitHub is not asked"),
    "Build/AWS/CodeBuild/1": _BUILD,
    "Test/AWS/CodeBuild/1": _BUILD,
    "Deploy/AWS/CloudFormation/1": Coverage("emulated", "change sets and updates by the local AWS"),
    "Approval/AWS/Manual/1": Coverage("real", "a person or a flag answers; who may answer is not checked"),
}

_LOCAL = {
    "AWS::ApiGateway::Authorizer": "the local AWS; it checks signature and expiry of tokens",
    "AWS::ApiGateway::Deployment": "the local AWS",
    "AWS::ApiGateway::GatewayResponse": "the local AWS",
    "AWS::ApiGateway::Method": "the local AWS",
    "AWS::ApiGateway::Model": "the local AWS",
    "AWS::ApiGateway::RequestValidator": "the local AWS with our extension",
    "AWS::ApiGateway::Resource": "the local AWS",
    "AWS::ApiGateway::RestApi": "the local AWS with our extension",
    "AWS::ApiGateway::Stage": "the local AWS with our extension; no cache",
    "AWS::CloudFormation::Stack": "the local AWS",
    "AWS::CloudWatch::Alarm": "our own evaluator, by AWS's documented rules",
    "AWS::CloudWatch::CompositeAlarm": "our own evaluator, by AWS's documented rules",
    "AWS::CodeDeploy::Application": "our own state machine",
    "AWS::CodeDeploy::DeploymentConfig": "our own state machine",
    "AWS::CodeDeploy::DeploymentGroup": "our own state machine, on the compressed clock",
    "AWS::Cognito::UserPool": "the local AWS",
    "AWS::Cognito::UserPoolClient": "the local AWS",
    "AWS::Cognito::UserPoolGroup": "the local AWS",
    "AWS::Cognito::UserPoolResourceServer": "the local AWS",
    "AWS::DynamoDB::Table": "the local AWS; throughput is not limited",
    "AWS::Events::EventBus": "the local AWS",
    "AWS::Events::Rule": "the local AWS; schedules run on the real clock",
    "AWS::KMS::Alias": "the local AWS",
    "AWS::KMS::Key": "the local AWS; its policy is not enforced",
    "AWS::Lambda::Alias": "weights by our extension",
    "AWS::Lambda::EventSourceMapping": "the local AWS",
    "AWS::Lambda::Function": "the real zip under the runtime's own interpreter; not on arm64 machine code",
    "AWS::Lambda::Version": "the real zip under the runtime's own interpreter",
    "AWS::Logs::LogGroup": "the local AWS; nothing expires",
    "AWS::S3::Bucket": "the local AWS",
    "AWS::SNS::Subscription": "the local AWS",
    "AWS::SNS::Topic": "the local AWS",
    "AWS::SQS::Queue": "the local AWS",
    "AWS::SSM::Parameter": "the local AWS",
    "AWS::SecretsManager::Secret": "the local AWS; nothing rotates",
}

_NOWHERE = {
    "AWS::ApiGateway::Account": "API Gateway's own role for logs is not asked for",
    "AWS::ApiGateway::UsagePlan": "throttles and quotas are not enforced",
    "AWS::CDK::Metadata": "tells AWS which constructs were used, and makes nothing",
    "AWS::CloudWatch::Dashboard": "nobody looks at it here",
    "AWS::CodeBuild::Project": "the pipeline's builds are read from the template, not from CodeBuild",
    "AWS::CodeBuild::ReportGroup": "reports are read from the build's own files",
    "AWS::CodePipeline::Pipeline": "the pipeline is read from the template, not from CodePipeline",
    "AWS::CodeStarNotifications::NotificationRule": "nobody is notified",
    "AWS::DynamoDB::GlobalTable": "there is one region",
    "AWS::IAM::ManagedPolicy": "grants are kept and not enforced",
    "AWS::IAM::Policy": "grants are kept and not enforced",
    "AWS::IAM::Role": "grants are kept and not enforced",
    "AWS::Lambda::Permission": "who may invoke is kept and not enforced",
    "AWS::Logs::MetricFilter": _KEPT,
    "AWS::Logs::ResourcePolicy": _KEPT,
    "AWS::S3::BucketPolicy": "bucket policies are kept and not enforced",
    "AWS::SNS::TopicPolicy": "topic policies are kept and not enforced",
    "AWS::SQS::QueuePolicy": "queue policies are kept and not enforced",
    "AWS::WAFv2::WebACL": "no web requests are filtered",
    "AWS::WAFv2::WebACLAssociation": "no web requests are filtered",
}

RESOURCES: Mapping[str, Coverage] = {
    **{kind: Coverage("emulated", why) for kind, why in _LOCAL.items()},
    **{kind: Coverage("not exercised", why) for kind, why in _NOWHERE.items()},
}

# What only a real account can prove, whatever the assembly holds.
ALWAYS: Mapping[str, Coverage] = {
    "IAM and KMS grants": Coverage("not exercised", "only a real account enforces them"),
    "delays of metrics and of CodeDeploy": Coverage("not exercised", "only a real account has them"),
    "cold starts": Coverage("not exercised", "a process starts here, not a micro virtual machine"),
    "X-Ray": Coverage("not exercised", "traces go nowhere"),
    "cross-account roles": Coverage("not exercised", "accounts are told apart, nobody takes on a role"),
}

TABLES = Tables(ACTIONS, RESOURCES, ALWAYS)
