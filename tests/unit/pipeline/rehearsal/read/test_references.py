"""What a part of a template names."""

from typing import Any

import pytest

from pipeline.rehearsal.read.references import Reference, references

TABLE_ARN = Reference("Table", "Arn")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"Ref": "Table"}, {Reference("Table")}),
        ({"Fn::GetAtt": ["Table", "Arn"]}, {TABLE_ARN}),
        ({"Fn::GetAtt": "Table"}, set()),
        ({"Fn::GetAtt": "Table.StreamArn"}, {Reference("Table", "StreamArn")}),
        ({"Fn::Sub": "${Table}/${!Topic}/${Table.Arn}"}, {Reference("Table"), TABLE_ARN}),
        ({"Fn::Sub": ["${Own} ${Table}", {"Own": {"Ref": "Topic"}}]}, {Reference("Table"), Reference("Topic")}),
        ({"Fn::Sub": ["${Table}", {"Table": "x"}]}, set()),
        ({"Fn::Sub": ["${Table} ${Table.Arn}", {"Table": {"Ref": "Topic"}}]}, {Reference("Topic"), TABLE_ARN}),
        ({"Fn::Join": ["", ["x", {"a": [{"Ref": "Table"}]}]]}, {Reference("Table")}),
        ({"Ref": "AWS::Region"}, {Reference("AWS::Region")}),
        ("Table", set()),
    ],
)
def test_what_a_value_names_is_found_at_any_depth(written: Any, expected: set[Reference]) -> None:
    assert set(references(written)) == expected
