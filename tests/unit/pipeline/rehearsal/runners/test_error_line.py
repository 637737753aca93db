"""A function's own words about its failure, cut down to the error and its place."""

import json

from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.runners.error_line import MOST, in_short, told_in_short

TRACE = [
    '  File "/var/runtime/bootstrap.py", line 60, in handle\n    return handler(event, context)\n',
    '  File "/var/task/api/handlers/orders.py", line 41, in place\n    sku = body["sku"]\n',
    '  File "/var/task/site-packages/library.py", line 7, in look\n    return it[key]\n',
]


def test_an_exception_nobody_caught_is_named_with_the_last_line_of_our_own_code() -> None:
    told = {"errorType": "KeyError", "errorMessage": "'sku'", "requestId": "r", "stackTrace": TRACE}
    assert told_in_short(json.dumps(told)) == "KeyError: 'sku' at api/handlers/orders.py:41 in place"


def test_a_logged_exception_is_told_by_its_traceback() -> None:
    trace = "Traceback (most recent call last):\n" + "".join(TRACE) + "KeyError: 'sku'"
    line = json.dumps({"level": "ERROR", "message": "unhandled", "exception": trace})
    assert told_in_short(line) == "KeyError: 'sku' at api/handlers/orders.py:41 in place"


def test_a_path_on_this_machine_is_told_from_the_asset_on() -> None:
    frame = '  File "/tmp/run/world/assets/0123456789abcdef0123456789abcdef/api/x.py", line 3, in f\n    g()\n'
    told = {"errorType": "E", "errorMessage": "m", "stackTrace": [frame]}
    assert told_in_short(json.dumps(told)) == "E: m at api/x.py:3 in f"


def test_a_logged_failure_without_a_traceback_is_told_by_its_own_fields() -> None:
    line = {
        "level": "ERROR",
        "message": "failed",
        "function_name": "orders",
        "error": "KeyError",
        "frames": ["a", "b:4"],
    }
    assert told_in_short(json.dumps(line)) == "failed: error KeyError, frames b:4"


def test_other_lines_stay_as_they_are() -> None:
    assert told_in_short('{"level": "ERROR", "message": "stock is gone"}') == "stock is gone"
    assert told_in_short("Task timed out after 3.00 seconds") == "Task timed out after 3.00 seconds"
    assert told_in_short('{"errorType": "E", "errorMessage": "m", "stackTrace": []}') == "E: m"
    assert told_in_short("[1]") == "[1]"


@given(st.text(), st.recursive(st.none() | st.text(), lambda inner: st.dictionaries(st.text(), inner)))
def test_whatever_was_logged_it_is_one_bounded_line(text: str, document: object) -> None:
    for line in (text, json.dumps(document), json.dumps({"errorMessage": document, "stackTrace": [text]})):
        told = told_in_short(line)
        assert len(told) <= MOST
        assert "\n" not in told


WARNS = 'orders version 2: {"level": "WARNING", "message": "slow"}'
FAILS = f"orders version 2: {json.dumps({'errorType': 'KeyError', 'errorMessage': 'sku', 'stackTrace': TRACE})}"


def test_of_what_functions_logged_the_error_is_told_and_where_the_others_are() -> None:
    lines = ["first", WARNS, FAILS, FAILS, "{not json", "last"]
    assert in_short(lines, "logs/x.log") == [
        "first",
        "orders version 2: KeyError: sku at api/handlers/orders.py:41 in place (more of them in logs/x.log)",
        "{not json",
        "last",
    ]


def test_a_single_line_of_a_function_is_told_with_its_place() -> None:
    assert in_short([WARNS], "logs/x.log") == ["orders version 2: slow (the whole line in logs/x.log)"]


def test_lines_that_no_function_logged_stay_as_they_are() -> None:
    lines = ['{"Name": "x"}', "[1]", "{}", ""]
    assert in_short(lines, "logs/x.log") == lines
