"""Our own rules of settings, each with what it lets pass and what it does not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.tools.settings import RULES, findings_in

FUNCTION, PERMISSION, ROLE = "AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::IAM::Role"
STAGE, PLAN, POOL = "AWS::ApiGateway::Stage", "AWS::ApiGateway::UsagePlan", "AWS::Cognito::UserPool"
ALL = {"HttpMethod": "*", "ResourcePath": "/*", "ThrottlingRateLimit": 100, "ThrottlingBurstLimit": 200}
POST = {"HttpMethod": "POST", "ResourcePath": "/~1v1~1orders"}
THROTTLE, QUOTA = {"RateLimit": 1, "BurstLimit": 2}, {"Limit": 10, "Period": "DAY"}


def password(length: int) -> dict[str, object]:
    return {"PasswordPolicy": {"MinimumLength": length}}


def trust(principal: object, effect: str = "Allow") -> dict[str, object]:
    statement = {"Effect": effect, "Action": "sts:AssumeRole", "Principal": principal}
    return {"AssumeRolePolicyDocument": {"Statement": [statement]}}


@pytest.mark.parametrize(
    ("kind", "properties", "rules"),
    [
        (FUNCTION, {"TracingConfig": {"Mode": "Active"}}, []),
        (FUNCTION, {"TracingConfig": {"Mode": "PassThrough"}}, ["TRACED"]),
        (FUNCTION, {}, ["TRACED"]),
        (STAGE, {"MethodSettings": [ALL]}, []),
        (STAGE, {"MethodSettings": [ALL, {**ALL, **POST}]}, []),
        (STAGE, {"MethodSettings": [ALL, POST]}, ["THROTTLED"]),
        (STAGE, {"MethodSettings": [{**ALL, "ThrottlingRateLimit": 0}]}, ["THROTTLED"]),
        (STAGE, {"MethodSettings": [{**ALL, "ThrottlingRateLimit": -1}]}, ["THROTTLED"]),
        (STAGE, {"MethodSettings": []}, ["THROTTLED"]),
        (STAGE, {}, ["THROTTLED"]),
        (PLAN, {"Throttle": THROTTLE, "Quota": QUOTA}, []),
        (PLAN, {"Quota": QUOTA}, ["METERED"]),
        (PLAN, {"Throttle": THROTTLE}, ["METERED"]),
        (PLAN, {}, ["METERED", "METERED"]),
        (POOL, {"MfaConfiguration": "OPTIONAL", "Policies": password(12)}, []),
        (POOL, {"MfaConfiguration": "ON", "Policies": password(20)}, []),
        (POOL, {"MfaConfiguration": "OFF", "Policies": password(12)}, ["SECOND-FACTOR"]),
        (POOL, {"MfaConfiguration": "ON", "Policies": password(11)}, ["LONG-PASSWORDS"]),
        (POOL, {}, ["SECOND-FACTOR", "LONG-PASSWORDS"]),
        (PERMISSION, {"Principal": "apigateway.amazonaws.com", "SourceArn": "arn"}, []),
        (PERMISSION, {"Principal": "*", "PrincipalOrgID": "o-1"}, []),
        (PERMISSION, {"Principal": "*"}, ["CALLED-BY"]),
        (PERMISSION, {"Principal": "*", "FunctionUrlAuthType": "NONE"}, ["CALLED-BY", "CALLED-BY"]),
        (ROLE, trust({"Service": "lambda.amazonaws.com"}), []),
        (ROLE, trust({"AWS": {"Fn::Sub": "arn"}}), []),
        (ROLE, trust({"AWS": "*"}), ["TRUSTED-BY"]),
        (ROLE, trust({"AWS": ["arn:aws:iam::1:root", "*"]}), ["TRUSTED-BY"]),
        (ROLE, trust("*"), ["TRUSTED-BY"]),
        (ROLE, trust("*", "Deny"), []),
        ("AWS::SNS::Topic", {}, []),
    ],
)
def test_a_rule_says_what_is_wrong_with_a_setting(kind: str, properties: dict[str, Any], rules: list[str]) -> None:
    found = list(findings_in("beta.template.json:X", {"Type": kind, "Properties": properties}))
    assert [one.what.split()[0] for one in found] == rules
    assert all(one.fix and one.severity == "high" for one in found)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda each: st.lists(each, max_size=2)
)


@given(st.sampled_from(sorted(RULES)), st.dictionaries(st.text(), json_values, max_size=3))
def test_other_properties_stop_no_rule(kind: str, properties: dict[str, Any]) -> None:
    list(findings_in("x", {"Type": kind, "Properties": properties}))
    list(findings_in("x", {"Type": kind}))
