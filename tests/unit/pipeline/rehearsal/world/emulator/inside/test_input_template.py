"""A pipe's input template. Source: EventBridge User Guide, "Amazon EventBridge Pipes input transformation"."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.emulator.inside.input_template import TemplateRefused, check, rendered

RECORD = {"body": {"key": "tea", "count": 3, "list": [1, 2]}, "text": '{"a": "b"}'}


@pytest.mark.parametrize(
    ("template", "input_"),
    [
        ("Hello", "Hello"),
        ("<$.body.key>", "tea"),
        ("<$.text>", '{"a": "b"}'),
        ("Hello, <$.body.count> of <$.body.key>", "Hello, 3 of tea"),
        ('{"key": "<$.body.key>"}', '{"key": "tea"}'),
        ('{"key": <$.body.key>}', '{"key": "tea"}'),
        ('{"list": <$.body.list>}', '{"list": [1, 2]}'),
        ('{"text": "<$.text>"}', '{"text": "{\\"a\\": \\"b\\"}"}'),
        ('{"nothing": "<$.body.none.at.all>"}', '{"nothing": ""}'),
        ("<$.nothing>", ""),
    ],
)
def test_paths_become_what_stands_there(template: str, input_: str) -> None:
    assert rendered(template, RECORD) == input_


@given(st.dictionaries(st.text(), st.text() | st.integers()))
def test_text_that_holds_json_becomes_that_json(detail: dict[str, object]) -> None:
    assert json.loads(rendered("<$.detail.S>", {"detail": {"S": json.dumps(detail)}})) == detail


@given(st.text())
def test_any_text_can_stand_between_quotes(text: str) -> None:
    assert json.loads(rendered('{"it": "<$.text>"}', {"text": text})) == {"it": text}


@pytest.mark.parametrize("variable", ["$.list[0]", "$.list.*", "aws.pipes.pipe-arn", "$", ""])
def test_what_is_not_rehearsed_is_refused(variable: str) -> None:
    with pytest.raises(TemplateRefused, match="is not rehearsed"):
        check(f'{{"it": <{variable}>}}')
