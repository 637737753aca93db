"""Parts of templates, written as AWS's own resource reference has them."""

from collections.abc import Mapping
from typing import Any

type Part = dict[str, Any]

ECHO = """
import json
def handler(event, context):
    return {"statusCode": 200, "body": json.dumps({"event": event, "version": context.function_version,
                                                  "arn": context.invoked_function_arn})}
"""


def template(resources: Mapping[str, Any], **outputs: object) -> Part:
    """A whole template."""
    return {"Resources": dict(resources), "Outputs": {name: {"Value": value} for name, value in outputs.items()}}


def ref(name: str) -> Part:
    """Ref."""
    return {"Ref": name}


def att(name: str, attribute: str) -> Part:
    """Fn::GetAtt."""
    return {"Fn::GetAtt": [name, attribute]}


def resource(kind: str, _depends_on: tuple[str, ...] = (), /, **properties: Any) -> Part:
    """A resource of type AWS::kind."""
    made: Part = {"Type": f"AWS::{kind}", "Properties": properties}
    return made | ({"DependsOn": list(_depends_on)} if _depends_on else {})


def role(service: str = "lambda.amazonaws.com") -> Part:
    """A role that a service takes."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return resource("IAM::Role", AssumeRolePolicyDocument={"Version": "2012-10-17", "Statement": [statement]})


def function(code: str = ECHO, **properties: object) -> Part:
    """A function of inline code."""
    given = {"Runtime": "python3.13", "Handler": "index.handler", "Role": att("Role", "Arn"), "Timeout": 5}
    return resource("Lambda::Function", Code={"ZipFile": code}, **(given | properties))


def alias(version: str, name: str = "live", function_id: str = "Function", **extra: object) -> Part:
    """An alias at a version's logical id."""
    made = resource("Lambda::Alias", FunctionName=ref(function_id), Name=name, FunctionVersion=att(version, "Version"))
    return made | extra


def released(number: int, code: str = ECHO, **properties: object) -> dict[str, Part]:
    """Role, function, its version number `number`, and the alias `live` at it."""
    return {
        "Role": role(),
        "Function": function(code, Description=f"release {number}", **properties),
        f"Version{number}": resource("Lambda::Version", FunctionName=ref("Function")),
        "Live": alias(f"Version{number}"),
    }


def shifted(config: str, *alarms: Part, before: Part | None = None, after: Part | None = None) -> dict[str, Part]:
    """A deployment group, and the update policy that makes CodeDeploy move the alias `Live`."""
    policy = {"ApplicationName": ref("Application"), "DeploymentGroupName": ref("Group")}
    hooks = {"BeforeAllowTrafficHook": before, "AfterAllowTrafficHook": after}
    policy |= {name: hook for name, hook in hooks.items() if hook is not None}
    group = resource(
        "CodeDeploy::DeploymentGroup",
        ApplicationName=ref("Application"),
        ServiceRoleArn=att("Role", "Arn"),
        DeploymentConfigName=config,
        DeploymentStyle={"DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL"},
        AutoRollbackConfiguration={
            "Enabled": True,
            "Events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
        },
        AlarmConfiguration={"Enabled": bool(alarms), "Alarms": [{"Name": name} for name in alarms]},
    )
    return {
        "Application": resource("CodeDeploy::Application", ComputePlatform="Lambda"),
        "Group": group,
        "Live": {"UpdatePolicy": {"CodeDeployLambdaAliasUpdate": policy}},
    }


def merged(*parts: Mapping[str, Part]) -> dict[str, Part]:
    """Resources of several parts; a resource that stands in two of them is put together."""
    result: dict[str, Part] = {}
    for part in parts:
        for name, piece in part.items():
            result[name] = {**result.get(name, {}), **piece}
    return result


def api(
    method: Mapping[str, object] | None = None, *, target: str = "Live", more: Mapping[str, Part] | None = None
) -> dict[str, Part]:
    """A REST API whose `ANY /{proxy+}` and `POST /things` go to an alias (or a function); stage `prod`."""
    uri = {
        "Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Arn}/invocations".replace(
            "${Arn}", f"${{{target}}}"
        )
    }
    integration = {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": uri}
    given = {"RestApiId": ref("Api"), "AuthorizationType": "NONE", "Integration": integration, **(method or {})}
    needed = ("Any", "Post", *(name for name in more or {} if name != "Stage"))
    return {
        "Api": resource("ApiGateway::RestApi", Name="orders"),
        "Proxy": resource(
            "ApiGateway::Resource", RestApiId=ref("Api"), ParentId=att("Api", "RootResourceId"), PathPart="{proxy+}"
        ),
        "Things": resource(
            "ApiGateway::Resource", RestApiId=ref("Api"), ParentId=att("Api", "RootResourceId"), PathPart="things"
        ),
        "Any": resource("ApiGateway::Method", ResourceId=ref("Proxy"), HttpMethod="ANY", **given),
        "Post": resource("ApiGateway::Method", ResourceId=ref("Things"), HttpMethod="POST", **given),
        "Deployment": resource("ApiGateway::Deployment", needed, RestApiId=ref("Api")),
        "Stage": resource("ApiGateway::Stage", RestApiId=ref("Api"), DeploymentId=ref("Deployment"), StageName="prod"),
        **(more or {}),
    }


URL = {"Fn::Sub": "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/prod/"}
