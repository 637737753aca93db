"""What a cold start costs: which modules a function brings in, counted, as seconds differ from machine to machine.

Those that Python itself starts with don't count: a distribution's own may start with more than another's.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[4]
_PROBE = """
import sys
there = {*sys.modules}
import importlib, json
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps([*{*sys.modules} - there]))
"""
_FORKING = """
import sys
there = {*sys.modules}
import importlib, json, os
importlib.import_module("api.adapters.aws")
for line in sys.stdin:
    child = os.fork()
    if not child:
        try:
            for name in json.loads(line):
                importlib.import_module(name)
            print(json.dumps([*{*sys.modules} - there]), flush=True)
        except BaseException as problem:
            print(json.dumps(repr(problem)), flush=True)
        os._exit(0)
    os.waitpid(child, 0)
"""
"""Functions with data differ in little. What they share is imported once, and counts for each of them."""

type Importing = Callable[[tuple[str, ...]], set[str]]

_NEVER = {"aws_xray_sdk", "aws_cdk", "yaml", "requests", "pytest", "pipeline", "hypothesis", "cryptography", "jwt"}
_LATER = {"aws_lambda_powertools", "boto3", "s3transfer", "pydantic"}
"""What the requests that ask for it bring in, and not those that read."""


def modules(*imported: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, *imported], capture_output=True, text=True, check=True, cwd=_ROOT
    )
    return set(json.loads(done.stdout))


_ONLY_HERE = {"_brotli", "brotli"}
"""What urllib3 takes where it is installed: locust brings it here, and the functions' zip holds none."""


@pytest.fixture(scope="module")
def with_aws() -> Iterator[Importing]:
    """As `modules`, each time in a new process that has imported our AWS clients."""
    asked = [sys.executable, "-c", _FORKING]
    with subprocess.Popen(asked, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_ROOT) as process:
        told, answers = process.stdin, process.stdout
        assert told
        assert answers

        def ask(imported: tuple[str, ...]) -> set[str]:
            told.write(json.dumps(imported) + "\n")
            told.flush()
            found = json.loads(answers.readline())
            assert isinstance(found, list), found
            return set(found) - _ONLY_HERE

        yield ask
        told.close()


def test_the_function_that_says_what_the_service_is_brings_in_no_client() -> None:
    found = modules("api.handlers.service")
    assert found & {*_NEVER, *_LATER, "botocore.session"} == set()
    assert len(found) <= 106, f"{len(found)} modules"


@pytest.mark.parametrize(
    ("imported", "never", "most"),
    [
        (("api.handlers.products", "api.handlers.orders"), {*_NEVER, *_LATER}, 375),
        (("api.handlers.operations",), {*_NEVER, *_LATER} - {"pydantic"}, 405),
        (("api.handlers.imports",), {*_NEVER, *_LATER} - {"pydantic"}, 410),
        (("api.handlers.importer",), {*_NEVER, *_LATER} - {"pydantic"}, 405),
        (("api.handlers.fulfilment", "api.handlers.notifier"), {*_NEVER, *_LATER}, 340),
        (("api.handlers.payments",), {*_NEVER, *_LATER}, 350),
        (("api.handlers.customers",), {*_NEVER, *_LATER}, 360),
        (("api.handlers.identity",), {*_NEVER, *_LATER}, 340),
        (("api.handlers.partners",), {*_NEVER, *_LATER}, 370),
        (("api.handlers.carriers",), {*_NEVER, *_LATER} - {"pydantic"}, 415),
        (("api.handlers.authorizer",), {*_NEVER, *_LATER}, 340),
        (("api.handlers.rotation",), {*_NEVER, *_LATER}, 335),
        (("api.handlers.photographs",), {*_NEVER, *_LATER}, 340),
        (("api.handlers.invoices",), {*_NEVER, *_LATER}, 350),
        (("api.handlers.mail",), {*_NEVER, *_LATER}, 350),
        (("api.handlers.webhooks",), {*_NEVER, *_LATER}, 350),
    ],
)
def test_a_function_brings_in_no_more_than_it_needs(
    with_aws: Importing, imported: tuple[str, ...], never: set[str], most: int
) -> None:
    found = with_aws(imported)
    assert found >= set(imported)
    assert found & never == set()
    assert len(found) <= most, f"{len(found)} modules"


def test_what_functions_need_can_be_read_without_any_of_it() -> None:
    found = modules("api.needs")
    assert (
        found
        & {
            "boto3",
            "botocore",
            "aws_lambda_powertools",
            "pydantic",
        }
        == set()
    )
