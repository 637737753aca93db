"""From a JSON pointer to the line that a person should look at."""

import json

import pytest

from pipeline.gates.openapi.lines import line_of

TEXT = """openapi: 3.0.3
paths:
  /v1/orders:
    post:
      parameters:
        - name: a
        - name: b
components: {}
"""


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        ("", 1),
        ("/paths", 2),
        ("/paths/~1v1~1orders/post", 4),
        ("/paths/~1v1~1orders/post/parameters/1", 7),
        ("/paths/~1v1~1orders/post/parameters/1/name", 7),
        ("/paths/~1v1~1orders/get/responses", 3),
        ("/components/schemas/Gone", 8),
        ("/nowhere", 1),
    ],
)
def test_the_line_of_a_place_or_of_what_is_left_around_it(pointer: str, line: int) -> None:
    assert line_of(TEXT, pointer) == line


def test_json_is_yaml_too() -> None:
    assert line_of(json.dumps({"a": {"b": 1}}, indent=1), "/a/b") == 3
