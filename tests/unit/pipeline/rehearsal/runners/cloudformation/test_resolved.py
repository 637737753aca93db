"""A template on its ground: values are put in, resources stay names."""

from typing import Any

import pytest

from pipeline.rehearsal.read.references import Reference
from pipeline.rehearsal.spec import symbol
from tests.unit.pipeline.rehearsal.runners.cloudformation.templates import document, resolved, resource


def topic(parameters: Any = None, told: Any = None, /, **properties: Any) -> Any:
    """What the properties of a topic come to, beside a table."""
    resources = {"Topic": resource("SNS::Topic", **properties), "Table": resource("DynamoDB::Table")}
    return resolved(document(resources, Parameters=parameters or {}), **(told or {})).properties("Topic")


def test_a_parameter_has_the_value_that_the_stack_was_given_or_else_its_default() -> None:
    declared = {"Size": {"Type": "Number", "Default": 1}, "Asked": {"Type": "String"}}
    written = {"A": {"Ref": "Size"}, "B": {"Fn::Sub": "${Size} of ${AWS::StackName} in ${AWS::Region}"}}
    assert topic(declared, {"Size": "3"}, **written) == {"A": "3", "B": "3 of orders in eu-west-1"}
    assert topic(declared, {}, A={"Ref": "Size"}, B={"Ref": "Asked"}) == {"A": 1, "B": symbol("Asked")}


@pytest.mark.parametrize("kind", ["CommaDelimitedList", "List<Number>", "AWS::SSM::Parameter::Value<List<String>>"])
def test_a_list_comes_apart(kind: str) -> None:
    assert topic({"Names": {"Type": kind}}, {"Names": "a, b"}, A={"Ref": "Names"}) == {"A": ["a", "b"]}


def test_what_ssm_fills_is_known_once_it_is_told() -> None:
    declared = {"Image": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/image"}}
    assert topic(declared, {}, A={"Ref": "Image"}) == {"A": symbol("Image")}
    assert topic(declared, {"Image": "i-1"}, A={"Ref": "Image"}) == {"A": "i-1"}


def test_a_hidden_value_is_not_taken_for_the_value() -> None:
    assert topic({"Word": {"Type": "String", "NoEcho": True}}, {"Word": "****"}, A={"Ref": "Word"}) == {
        "A": symbol("Word")
    }


def test_a_resource_stays_a_name() -> None:
    written = {"A": {"Ref": "Table"}, "B": {"Fn::GetAtt": ["Table", "Arn"]}, "C": {"Ref": "AWS::NoValue"}}
    assert topic(**written) == {"A": symbol("Table"), "B": symbol("Table.Arn")}


def test_what_can_not_be_resolved_stands_with_all_that_it_may_hang_on() -> None:
    declared = {"Size": {"Type": "String"}}
    written = {"Fn::Cidr": [{"Ref": "Size"}, 1, 8]}
    found = topic(declared, {"Size": "10.0.0.0/8"}, A=written, B="plain")
    everything = {"parameters": {"Size": {"Type": "String", "Default": "10.0.0.0/8"}}, "mappings": {}, "conditions": {}}
    assert found == {"A": [written, everything], "B": "plain"}


def test_a_condition_decides_what_is_there() -> None:
    conditions = {"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}, "Open": {"Fn::Equals": [{"Ref": "Asked"}, "x"]}}
    resources = {
        "Always": resource("SNS::Topic", TopicName={"Fn::If": ["Prod", "orders", {"Ref": "AWS::NoValue"}]}),
        "InProd": resource("SNS::Topic", attributes={"Condition": "Prod"}),
        "Perhaps": resource("SNS::Topic", attributes={"Condition": "Open"}),
    }
    declared = {"Stage": {"Type": "String"}, "Asked": {"Type": "String"}}
    template = document(resources, Conditions=conditions, Parameters=declared)
    beta, prod = resolved(template, Stage="beta"), resolved(template, Stage="prod")
    assert (set(beta.resources), set(prod.resources)) == ({"Always", "Perhaps"}, {"Always", "InProd", "Perhaps"})
    assert (beta.properties("Always"), prod.properties("Always")) == ({}, {"TopicName": "orders"})
    assert prod.condition("Always") is None
    assert prod.condition("InProd") is None
    assert prod.condition("Perhaps") != beta.condition("Perhaps")


def test_of_what_a_property_names_the_resources_are_left() -> None:
    written = {"A": {"Fn::Sub": "${Table.Arn} in ${AWS::Region} of ${Stage}"}}
    resources = {"Topic": resource("SNS::Topic", **written), "Table": resource("DynamoDB::Table")}
    assert resolved(document(resources, Parameters={"Stage": {"Type": "String"}})).references("Topic", "A") == {
        Reference("Table", "Arn")
    }
