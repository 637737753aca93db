"""What an update changes, from two templates."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.runners.cloudformation.differences import Difference, differences
from tests.unit.pipeline.rehearsal.runners.cloudformation.templates import between, document, resolved, resource


def att(name: str, attribute: str = "Arn") -> dict[str, Any]:
    return {"Fn::GetAtt": [name, attribute]}


def release(number: int) -> dict[str, Any]:
    """A function with its version of this release, its alias, what watches the version, and what knows of it."""
    version = f"Version{number}"
    hook = {"Variables": {"VERSION": att(version, "Version")}}
    canary = {"CodeDeployLambdaAliasUpdate": {"ApplicationName": "orders", "DeploymentGroupName": {"Ref": "Group"}}}
    code = {"S3Bucket": {"Fn::Sub": "assets-${AWS::AccountId}-${AWS::Region}"}, "S3Key": f"{number}.zip"}
    pointer = {"FunctionName": {"Ref": "Function"}, "FunctionVersion": att(version, "Version"), "Name": "live"}
    return {
        "Role": resource("IAM::Role", Policies=[{"Resource": att("Table")}], Description=f"of release {number}"),
        "Table": resource("DynamoDB::Table", attributes={"DeletionPolicy": "Retain"}, TableName="orders"),
        "Function": resource("Lambda::Function", Code=code, Role=att("Role")),
        version: resource("Lambda::Version", FunctionName={"Ref": "Function"}),
        "Alias": resource("Lambda::Alias", attributes={"UpdatePolicy": canary}, **pointer),
        "Group": resource("CodeDeploy::DeploymentGroup", ApplicationName="orders"),
        "Alarm": resource("CloudWatch::Alarm", Dimensions=[{"Name": "v", "Value": att(version, "Version")}]),
        "Hook": resource("Lambda::Function", Code="hook", Role=att("Role"), Environment=hook),
        "Permission": resource("Lambda::Permission", FunctionName={"Ref": "Alias"}, Action="lambda:InvokeFunction"),
    }


def test_a_release_changes_its_function_alias_and_alarms_and_no_role_of_a_function() -> None:
    assert between(release(1), release(2)) == (
        Difference("Alarm", "AWS::CloudWatch::Alarm", "Modify", "False", ("Dimensions",)),
        Difference("Alias", "AWS::Lambda::Alias", "Modify", "False", ("FunctionVersion",)),
        Difference("Function", "AWS::Lambda::Function", "Modify", "False", ("Code",)),
        Difference("Hook", "AWS::Lambda::Function", "Modify", "False", ("Environment",)),
        Difference("Role", "AWS::IAM::Role", "Modify", "False", ("Description",)),
        Difference("Version1", "AWS::Lambda::Version", "Remove"),
        Difference("Version2", "AWS::Lambda::Version", "Add"),
    )


def test_what_names_something_that_is_replaced_changes_with_it_and_so_on() -> None:
    """User guide, "Update behaviors of stack resources": a replaced resource has another physical id."""
    old, new = release(1), release(1)
    new["Function"]["Properties"]["FunctionName"] = "orders"
    new["Table"]["Properties"]["TableName"] = "orders-2"
    assert between(old, new) == (
        Difference("Alarm", "AWS::CloudWatch::Alarm", "Modify", "False", ("Dimensions",)),
        Difference("Alias", "AWS::Lambda::Alias", "Modify", "True", ("FunctionName", "FunctionVersion")),
        Difference("Function", "AWS::Lambda::Function", "Modify", "True", ("FunctionName",)),
        Difference("Hook", "AWS::Lambda::Function", "Modify", "False", ("Environment",)),
        Difference("Permission", "AWS::Lambda::Permission", "Modify", "True", ("FunctionName",)),
        Difference("Role", "AWS::IAM::Role", "Modify", "False", ("Policies",)),
        Difference("Table", "AWS::DynamoDB::Table", "Modify", "True", ("TableName",)),
        Difference("Version1", "AWS::Lambda::Version", "Modify", "True", ("FunctionName",)),
    )


def test_what_may_be_replaced_may_replace_what_names_it() -> None:
    def keyed(key: str) -> dict[str, Any]:
        return {
            "Table": resource("DynamoDB::Table", KeySchema=[key]),
            "Source": resource("Lambda::EventSourceMapping", EventSourceArn=att("Table")),
        }

    assert between(keyed("PK"), keyed("ID")) == (
        Difference("Source", "AWS::Lambda::EventSourceMapping", "Modify", "Conditional", ("EventSourceArn",)),
        Difference("Table", "AWS::DynamoDB::Table", "Modify", "Conditional", ("KeySchema",)),
    )


def test_a_table_may_be_replaced_by_another_type_of_an_attribute_and_not_by_one_more_attribute() -> None:
    def table(**types: str) -> dict[str, Any]:
        defined = [{"AttributeName": name, "AttributeType": each} for name, each in types.items()]
        return {"Table": resource("DynamoDB::Table", AttributeDefinitions=defined)}

    found = [between(table(PK="S"), new)[0].replacement for new in (table(PK="N"), table(PK="S", SK="S"))]
    assert found == ["Conditional", "False"]


def test_a_secret_that_is_generated_anew_loses_its_value_unless_it_is_replaced_as_a_whole() -> None:
    def secret(length: int, **more: Any) -> dict[str, Any]:
        generated = {"PasswordLength": length}
        return {"Secret": resource("SecretsManager::Secret", GenerateSecretString=generated, **more)}

    (anew,) = between(secret(32), secret(64))
    (replaced,) = between(secret(32), secret(64, Name="word"))
    (described,) = between(secret(32), secret(32, Description="a word"))
    assert (anew.replacement, anew.loses) == ("False", "makes a new secret: the old value is no longer current")
    assert (replaced.replacement, replaced.loses) == ("True", "")
    assert described.loses == ""


@pytest.mark.parametrize(
    ("kind", "changed", "attribute", "follows"),
    [
        ("DynamoDB::Table", "BillingMode", "StreamArn", False),
        ("DynamoDB::Table", "StreamSpecification", "StreamArn", True),
        ("DynamoDB::Table", "StreamSpecification", "Arn", False),
        ("SSM::Parameter", "Value", "Value", True),
        ("Cognito::UserPool", "Policies", "ProviderName", False),
        ("CloudFormation::Stack", "Parameters", "Outputs.TopicArn", True),
        ("Custom::Thing", "Size", "Arn", True),
    ],
)
def test_an_attribute_follows_a_change_in_place_only_where_it_is_not_for_life(
    kind: str, changed: str, attribute: str, follows: bool
) -> None:
    def sized(size: str) -> dict[str, Any]:
        return {
            "Thing": {**resource(kind), "Properties": {changed: size}},
            "Topic": resource("SNS::Topic", DisplayName=att("Thing", attribute)),
        }

    named = [each.logical_id for each in between(sized("1"), sized("2"))]
    assert named == (["Thing", "Topic"] if follows else ["Thing"])


def test_a_reference_by_id_follows_no_change_in_place() -> None:
    def sized(size: str) -> dict[str, Any]:
        return {"Role": resource("IAM::Role", Description=size), "Topic": resource("SNS::Topic", A={"Ref": "Role"})}

    assert [each.logical_id for each in between(sized("1"), sized("2"))] == ["Role"]


def test_of_a_type_that_nobody_knows_any_change_may_replace() -> None:
    (found,) = between({"A": resource("Odd::Thing", X=1)}, {"A": resource("Odd::Thing", X=2)})
    assert (found.replacement, found.names) == ("Conditional", ("X",))


def test_another_type_under_the_same_id_is_another_resource() -> None:
    (found,) = between({"A": resource("SNS::Topic")}, {"A": resource("SQS::Queue")})
    assert (found.resource_type, found.replacement, found.names) == ("AWS::SQS::Queue", "True", ("Type",))
    assert found.old_type == "AWS::SNS::Topic"


@pytest.mark.parametrize("attribute", ["DeletionPolicy", "UpdateReplacePolicy"])
def test_a_policy_of_the_resource_is_a_change_that_replaces_nothing(attribute: str) -> None:
    (found,) = between({"A": resource("SNS::Topic")}, {"A": resource("SNS::Topic", attributes={attribute: "Retain"})})
    assert (found.replacement, found.names) == ("False", (attribute,))


@pytest.mark.parametrize("attribute", ["UpdatePolicy", "CreationPolicy"])
def test_how_it_is_updated_or_made_is_a_change_too(attribute: str) -> None:
    old = resource("Lambda::Alias", attributes={attribute: {"CodeDeployLambdaAliasUpdate": {"ApplicationName": "a"}}})
    (found,) = between({"A": old}, {"A": resource("Lambda::Alias")})
    assert (found.replacement, found.names) == ("False", (attribute,))


@pytest.mark.parametrize("attribute", [{"Metadata": {"aws:cdk:path": "a/b"}}, {"DependsOn": "B"}, {"DependsOn": ["B"]}])
def test_where_it_was_written_and_what_it_waits_for_are_no_change(attribute: dict[str, Any]) -> None:
    other = {"B": resource("SNS::Topic")}
    old, new = resource("SNS::Topic"), resource("SNS::Topic", attributes=attribute)
    assert between({"A": old, **other}, {"A": new, **other}) == ()


@pytest.mark.parametrize(("policy", "kept"), [("Retain", True), ("RetainExceptOnCreate", True), ("Delete", False)])
def test_what_is_removed_or_replaced_may_stay_in_the_account(policy: str, kept: bool) -> None:
    attributes = {"DeletionPolicy": policy, "UpdateReplacePolicy": policy}
    old = {"A": resource("S3::Bucket", attributes=attributes, BucketName="a")}
    (removed,) = between(old, {})
    (replaced,) = between(old, {"A": resource("S3::Bucket", attributes=attributes, BucketName="b")})
    assert (removed.kept, replaced.kept) == (kept, kept)


def test_another_value_of_a_parameter_is_a_change_where_it_is_used() -> None:
    resources = {"A": resource("SNS::Topic", TopicName={"Ref": "Name"}), "B": resource("SNS::Topic")}
    template = document(resources, Parameters={"Name": {"Type": "String"}})
    found = differences(resolved(template, Name="x"), resolved(template, Name="y"))
    assert found == (Difference("A", "AWS::SNS::Topic", "Modify", "True", ("TopicName",)),)


def test_what_a_condition_takes_away_is_removed() -> None:
    resources = {"Table": resource("DynamoDB::Table", attributes={"Condition": "Kept"})}
    template = document(
        resources,
        Parameters={"Keep": {"Type": "String"}},
        Conditions={"Kept": {"Fn::Equals": [{"Ref": "Keep"}, "yes"]}},
    )
    found = differences(resolved(template, Keep="yes"), resolved(template, Keep="no"))
    assert found == (Difference("Table", "AWS::DynamoDB::Table", "Remove"),)


def test_what_hangs_on_a_condition_that_is_not_known_may_be_replaced() -> None:
    def kept(value: str) -> Any:
        conditions = {"Kept": {"Fn::Equals": [{"Ref": "Keep"}, value]}}
        resources = {"Table": resource("DynamoDB::Table", attributes={"Condition": "Kept"})}
        return resolved(document(resources, Parameters={"Keep": {"Type": "String"}}, Conditions=conditions))

    found = differences(kept("yes"), kept("no"))
    assert found == (Difference("Table", "AWS::DynamoDB::Table", "Modify", "Conditional", ("Condition",)),)


def test_true_is_not_one() -> None:
    (found,) = between({"A": resource("SNS::Topic", FifoTopic=True)}, {"A": resource("SNS::Topic", FifoTopic=1)})
    assert found.names == ("FifoTopic",)


# --- whatever the templates are --------------------------------------------------------------------------------------

IDS = ["A", "B", "C", "D"]
KINDS = ["DynamoDB::Table", "Lambda::Function", "SNS::Topic", "Custom::Thing", "Odd::Kind"]
NAMES = ["TableName", "TopicName", "Role", "KeySchema"]
TARGETS = st.sampled_from([*IDS, "AWS::Region", "Colour", "Nobody"])
VALUES = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(0, 2),
        st.sampled_from(["", "orders", "${Token[A]}"]),
        TARGETS.map(lambda name: {"Ref": name}),
        st.builds(att, TARGETS, st.sampled_from(["Arn", "StreamArn", "Value"])),
        TARGETS.map(lambda name: {"Fn::Sub": f"x-${{{name}}}"}),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["x", "y"]), inner, max_size=2),
        st.lists(inner, max_size=2).map(lambda parts: {"Fn::Join": ["-", parts]}),
        st.tuples(inner, inner).map(lambda both: {"Fn::If": ["Large", *both]}),
    ),
    max_leaves=5,
)
ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "Condition": st.sampled_from(["Large", "Nowhere"]),
        "DeletionPolicy": st.sampled_from(["Retain", "Delete"]),
        "UpdatePolicy": st.dictionaries(st.just("CodeDeployLambdaAliasUpdate"), VALUES, max_size=1),
    },
)
RESOURCES = st.builds(
    lambda kind, attributes, properties: resource(kind, attributes=attributes, **properties),
    st.sampled_from(KINDS),
    ATTRIBUTES,
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3),
)
TEMPLATES = st.builds(
    lambda resources, default: document(
        resources,
        Parameters={"Colour": {"Type": "String", "Default": default}},
        Conditions={"Large": {"Fn::Equals": [{"Ref": "Colour"}, "green"]}},
    ),
    st.dictionaries(st.sampled_from(IDS), RESOURCES, max_size=4),
    st.sampled_from(["green", "red"]),
)


def ids(found: tuple[Difference, ...], action: str) -> set[str]:
    return {each.logical_id for each in found if each.action == action}


def shuffled(value: Any, order: random.Random) -> Any:
    """The same value with the keys of every object in another order."""
    if isinstance(value, list):
        return [shuffled(item, order) for item in value]
    if not isinstance(value, dict):
        return value
    names = list(value)
    order.shuffle(names)
    return {name: shuffled(value[name], order) for name in names}


@given(TEMPLATES)
def test_a_template_over_itself_changes_nothing(template: dict[str, Any]) -> None:
    assert differences(resolved(template), resolved(template)) == ()


@given(TEMPLATES, TEMPLATES)
def test_what_is_added_on_the_way_there_is_removed_on_the_way_back(one: Any, other: Any) -> None:
    there = differences(resolved(one), resolved(other))
    back = differences(resolved(other), resolved(one))
    assert (ids(there, "Add"), ids(there, "Remove")) == (ids(back, "Remove"), ids(back, "Add"))


@given(TEMPLATES, TEMPLATES, st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_count(one: Any, other: Any, order: random.Random) -> None:
    mixed = differences(resolved(shuffled(one, order)), resolved(shuffled(other, order)))
    assert mixed == differences(resolved(one), resolved(other))


@given(TEMPLATES, TEMPLATES)
def test_every_resource_is_told_at_most_once_and_every_modified_one_says_what_changes(one: Any, other: Any) -> None:
    found = differences(resolved(one), resolved(other))
    assert [each.logical_id for each in found] == sorted({each.logical_id for each in found})
    assert all(bool(each.names) == (each.action == "Modify") for each in found)
