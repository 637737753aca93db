"""How true the local AWS is about each resource type: what runs for real, what is emulated, what nothing exercises.

`level` is about what a *reader of the report* may conclude. Real: the thing itself ran (code, requests, decisions made
by AWS's documented rules). Emulated: another implementation answered in AWS's place, and is known to differ where `why`
says so. Not exercised: kept and shown, but nothing in a rehearsal depends on it. A type that isn't here is unknown, and
a rehearsal refuses it.

Some things are not reached by a stack that was deployed: CodeDeploy only acts when an alias moves. `needs` names what
must have happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

type Level = Literal["real", "emulated", "not exercised"]
type Need = Literal["stack", "rollout", "alarm", "rollback"]


@dataclass(frozen=True)
class Fidelity:
    """How true it is, and why not truer. `needs` is what else than its being deployed a run must have come to."""

    level: Level
    why: str
    needs: Need | None = None


def _real(why: str, needs: Need | None = None) -> Fidelity:
    return Fidelity("real", why, needs)


def _emulated(why: str, needs: Need | None = None) -> Fidelity:
    return Fidelity("emulated", why, needs)


def _not_exercised(why: str) -> Fidelity:
    return Fidelity("not exercised", why)


_API = {
    "RestApi": _emulated("routing, validation and errors by ministack; header names arrive in lower case"),
    "Resource": _emulated("routing by ministack: literal before {parameter} before {proxy+}"),
    "Method": _emulated(
        "Lambda proxy integrations run, and those that send to a queue without asking their role: templates know "
        "$input, $util.urlEncode and $context, and headers by any case of their names; a changed method serves at "
        "once, not with the next deployment"
    ),
    "Deployment": _emulated("gateway responses are those of the deployment; methods are always the newest"),
    "Stage": _emulated("access log and throttling settings count; cache, client certificate and X-Ray do not"),
    "Account": _not_exercised("access logs are written without the account's role"),
    "Model": _emulated("bodies are checked against JSON schema draft 4 by ministack"),
    "RequestValidator": _emulated("bodies and required parameters are checked; error texts are AWS's short ones"),
    "Authorizer": _emulated(
        "user-pool tokens are verified: signature, expiry, issuer, scopes, ID token without scopes, access token with; "
        "Lambda authorizers run, their answers are kept on the real clock and held against each route; sources "
        "from $context are not known"
    ),
    "GatewayResponse": _emulated("templates and headers are rendered; $context.error.validationErrorString is short"),
    "UsagePlan": _emulated(
        "quotas and throttling of API keys by ministack, on the real clock and not at midnight; also by the key that a "
        "Lambda authorizer names; GetUsage tells what was counted, at once"
    ),
    "UsagePlanKey": _emulated("as its usage plan"),
    "DomainName": _not_exercised("kept and shown; no name leads here, so a stage with one is not reached by it"),
    "BasePathMapping": _not_exercised("as its domain name"),
    "ApiKey": _emulated(
        "as its usage plan; a value is looked for in all accounts; two keys of the same value are accepted, AWS refuses"
    ),
}
_LAMBDA = {
    "Function": _real(
        "the zip runs under the runtime's own interpreter with its timeout and memory limit; python3.13 only; network, "
        "/tmp size, X-Ray, dead-letter queue and KMS key of the environment are not exercised"
    ),
    "Version": _real("code and settings as they were when it was published"),
    "Alias": _real("each request is drawn by the alias's weights; provisioned concurrency is not exercised"),
    "Permission": _not_exercised("kept and shown; who may invoke is not enforced"),
    "EventInvokeConfig": _emulated("retries and destinations by ministack, on the real clock"),
    "EventSourceMapping": _emulated(
        "polled by ministack, on the real clock; runs through its alias, and what the function says failed comes again"
    ),
}
_CODEDEPLOY = {
    "Application": _real("kept as CodeDeploy keeps it; Lambda only", "rollout"),
    "DeploymentGroup": _real("our state machine by CodeDeploy's documented rules, on the compressed clock", "rollout"),
    "DeploymentConfig": _real("canary, linear and all-at-once as documented", "rollout"),
}
_CLOUDWATCH = {
    "Alarm": _real(
        "our evaluator by CloudWatch's documented rules: exact dimensions, M of N, missing data, percentiles, metric "
        "math; metrics arrive without AWS's delay; a band of anomaly detection is not learnt, so its alarm only waits",
        "alarm",
    ),
    "CompositeAlarm": _real("our evaluator by CloudWatch's documented rules; suppressed actions are taken", "alarm"),
    "Dashboard": _not_exercised("kept and shown"),
}
_DATA = {
    "DynamoDB::Table": _emulated(
        "items, transactions, conditions and indexes by ministack; capacity is not limited, backups and encryption are "
        "kept only; an index with several hash attributes keeps the last"
    ),
    "DynamoDB::GlobalTable": _emulated("as a table, in its own region; nothing is replicated"),
    "S3::Bucket": _emulated(
        "objects, versions and signed links by ministack, links with no header beside them that had to be signed; the "
        "event bus is told of objects, at once and without their versions; nothing is replicated"
    ),
    "S3::BucketPolicy": _not_exercised("kept and shown; not enforced"),
    "SecretsManager::Secret": _emulated("generated and kept by ministack"),
    "SecretsManager::RotationSchedule": _emulated("RotateSecret takes the four steps; nothing rotates when it is due"),
    "SecretsManager::ResourcePolicy": _not_exercised("kept and shown; not enforced"),
    "SSM::Parameter": _emulated("kept by ministack"),
    "KMS::Key": _emulated(
        "encrypts and decrypts by ministack; its policy is not enforced and nothing is encrypted at rest"
    ),
    "KMS::Alias": _emulated("resolved by ministack"),
}
_WATCHES = {
    "AccessAnalyzer::Analyzer": _not_exercised("kept; no policy is analyzed"),
    "Budgets::Budget": _not_exercised("kept; nothing costs anything here"),
    "CE::AnomalyMonitor": _not_exercised("kept; nothing costs anything here"),
    "CE::AnomalySubscription": _not_exercised("kept; nobody is told"),
    "XRay::SamplingRule": _not_exercised("kept; nothing is traced"),
}
_NAMES = {
    "CertificateManager::Certificate": _not_exercised("kept and shown, as if issued; no server shows it"),
    "Route53::RecordSet": _not_exercised("kept and shown; no name is resolved"),
}
_IDENTITY = {
    "Cognito::UserPool": _emulated(
        "users, sign-in, one-time passwords and signed tokens by ministack; triggers before a sign-in, after a sign-up "
        "and before tokens run for real, once and without their five seconds; no other trigger, no e-mail"
    ),
    "Cognito::UserPoolClient": _emulated("flows and token validity by ministack"),
    "Cognito::UserPoolGroup": _emulated("groups reach the tokens"),
    "Cognito::UserPoolResourceServer": _emulated("custom scopes by ministack"),
    "Cognito::UserPoolIdentityProvider": _not_exercised("kept and shown; nobody signs in elsewhere"),
    "Cognito::IdentityPool": _not_exercised("kept and shown; nobody asks it for credentials"),
    "Cognito::IdentityPoolRoleAttachment": _not_exercised("as its identity pool"),
    "Cognito::IdentityPoolPrincipalTag": _not_exercised("as its identity pool"),
    "Cognito::UserPoolDomain": _not_exercised("kept and shown; machines get their tokens at one path for all pools"),
    "IAM::Role": _not_exercised("can be assumed, across accounts too; what it grants is not enforced"),
    "IAM::Policy": _not_exercised("kept and shown; not enforced"),
    "IAM::ManagedPolicy": _not_exercised("kept and shown; not enforced"),
}
_MESSAGES = {
    "SNS::Topic": _emulated("deliveries by ministack"),
    "SNS::TopicPolicy": _not_exercised("kept and shown; not enforced"),
    "SNS::Subscription": _emulated("queues and functions are served by ministack; e-mail and SMS are not sent"),
    "SQS::Queue": _emulated(
        "messages by ministack, visibility and redrive on the real clock; move tasks by our extension, all at once; "
        "nothing is encrypted, and who may redrive is not enforced"
    ),
    "SQS::QueuePolicy": _not_exercised("kept and shown; not enforced"),
    "Events::Rule": _emulated(
        "patterns and targets by ministack; schedules run on the real clock; what a missing queue can't take goes to "
        "the dead letters by our extension; no other target is missed, and none is tried again"
    ),
    "Events::EventBus": _emulated("by ministack"),
    "Scheduler::Schedule": _not_exercised(
        "kept; ministack's schedules follow the real clock, and a rehearsal ends before one of minutes is due"
    ),
    "Pipes::Pipe": _emulated(
        "from a table's stream to a bus: filters, input template and dead letters by our extension; no waiting between "
        "retries, no batches, and what AWS makes of a template that is one path to text is our reading of its guide"
    ),
    "Logs::LogGroup": _emulated(
        "lines are kept, the last 5,000 per stream; retention and encryption are not exercised"
    ),
    "Logs::MetricFilter": _emulated("terms and JSON patterns are matched; other patterns fail the stack"),
    "SES::EmailIdentity": _emulated(
        "counts as verified at once, without DNS records; letters are taken and kept, and go nowhere"
    ),
    "SES::ConfigurationSet": _not_exercised("kept and shown; no address is suppressed, and no mail travels"),
    "SES::ConfigurationSetEventDestination": _not_exercised("kept and shown; mail is kept, so none comes back"),
    "Chatbot::SlackChannelConfiguration": _not_exercised("kept; nothing is said in a chat"),
    "Logs::ResourcePolicy": _not_exercised("kept and shown; not enforced"),
}
_DELIVERY = {
    "CodePipeline::Pipeline": _not_exercised("kept; the rehearsal itself runs the pipeline that was synthesized"),
    "CodePipeline::Webhook": _not_exercised("kept; nothing is pushed to a rehearsal"),
    "CodeBuild::Project": _not_exercised("kept; the rehearsal itself runs its buildspec"),
    "CodeBuild::ReportGroup": _not_exercised("kept; reports are read from the build's files"),
    "CodeStarConnections::Connection": _not_exercised("kept; the source is a commit of this repository"),
    "CodeConnections::Connection": _not_exercised("kept; the source is a commit of this repository"),
    "CodeStarNotifications::NotificationRule": _not_exercised("kept; nobody is notified"),
    "CDK::Metadata": _not_exercised("statistics for AWS, no resource"),
    "CloudFormation::Stack": _emulated("nested stacks by ministack"),
    "CloudFormation::WaitConditionHandle": _emulated("by ministack"),
}

RESOURCES: Mapping[str, Fidelity] = {
    f"AWS::{name}": fidelity
    for name, fidelity in {
        **{f"ApiGateway::{name}": fidelity for name, fidelity in _API.items()},
        **{f"Lambda::{name}": fidelity for name, fidelity in _LAMBDA.items()},
        **{f"CodeDeploy::{name}": fidelity for name, fidelity in _CODEDEPLOY.items()},
        **{f"CloudWatch::{name}": fidelity for name, fidelity in _CLOUDWATCH.items()},
        **_DATA,
        **_NAMES,
        **_WATCHES,
        **_IDENTITY,
        **_MESSAGES,
        **_DELIVERY,
    }.items()
}

_HELD = "functions, and whoever assumes a role, are held to it by ministack; builds and change sets act as the account"
STRICT: Mapping[str, Fidelity] = {
    "AWS::IAM::Role": _emulated(_HELD),
    "AWS::IAM::Policy": _emulated(_HELD),
    "AWS::IAM::ManagedPolicy": _emulated(_HELD),
    "AWS::S3::BucketPolicy": _emulated(_HELD),
    "IAM and KMS grants": _emulated(
        "a missing grant is denied, with role, action and resource in the message; conditions count, but nothing is "
        "denied of what a service does with a key for somebody; a build acts as its account, whatever its role may do",
        "stack",
    ),
    "TLS": _emulated(
        "requests to services and to APIs come over TLS 1.2 or 1.3, by an authority made for the run, and "
        "aws:SecureTransport is what the connection is; plain HTTP is answered by nobody but stand-ins of others than "
        "AWS, and by the Runtime API, as on Lambda",
        "stack",
    ),
}
"""What is truer where IAM is enforced."""

ALWAYS: Mapping[str, Fidelity] = {
    "IAM and KMS grants": _not_exercised("nothing is denied: a missing grant shows on a real account only"),
    "TLS": _not_exercised("requests are plain HTTP, on this machine alone; with --strict they are TLS"),
    "order of a stack's resources": _emulated(
        "one after the other; only deployments of aliases run side by side, as CloudFormation updates everything",
        "stack",
    ),
    "rollback of an alias whose stack fails later": _emulated(
        "back at once; CloudFormation may shift it by CodeDeploy", "rollback"
    ),
    "time": _emulated(
        "waits and periods pass faster, alarms and deployments with them; tokens, schedules, retries and what "
        "functions see are on the real clock",
        "stack",
    ),
    "metrics by API": _emulated("GetMetricData answers in the world's time and without percentiles", "stack"),
    "cold starts": _not_exercised(
        "a process starts as a copy of one that has imported the packages of its zip, which its memory counts; "
        "Lambda's own start differs"
    ),
    "API throttling": _emulated("ministack counts the limits of stages and usage plans, on the real clock", "stack"),
    "HTTP APIs, WebSocket APIs, WAF, CloudFront": _not_exercised("not part of this world"),
}
