"""What ministack compares when it looks for changes."""

from typing import Any

import pytest

from pipeline.rehearsal.world.emulator.inside.change_sets import marked


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ({"Fn::GetAtt": ["Table", "Arn"]}, "Table.Arn"),
        ({"Fn::GetAtt": "Table.Arn"}, "Table.Arn"),
        ({"Fn::Join": ["", [{"Fn::GetAtt": ["Table", "Arn"]}, "/*"]]}, {"Fn::Join": ["", ["Table.Arn", "/*"]]}),
        ({"Ref": "Table"}, {"Ref": "Table"}),
        ({"Fn::GetAtt": ["Table", "Arn"], "Other": 1}, {"Fn::GetAtt": ["Table", "Arn"], "Other": 1}),
        ([1, None, True], [1, None, True]),
    ],
)
def test_an_attribute_stands_by_its_name(written: Any, compared: Any) -> None:
    assert marked(written) == compared
