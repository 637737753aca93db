"""What a function logs goes into a log group that its stack looks after, and says as much as before."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import (
    Template,
    assembly,
    edited,
    first,
    found,
    look,
    release,
    resource,
    subject,
)

RULE = "functions_log_to_their_groups"


def logging(**changes: Any) -> Any:
    def change(document: Template) -> None:
        config = first(document, "Lambda::Function", "OrdersFunction")["Properties"]["LoggingConfig"]
        config |= changes
        for name in [name for name, value in config.items() if value is None]:
            del config[name]

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (logging(LogGroup="/elsewhere"), "it logs into /elsewhere, of which its stack knows nothing"),
        (logging(LogGroup={"Ref": "Gone"}), "it logs into ${Gone}"),
        (logging(LogFormat="Text"), "filters can't read it any more: was JSON, is Text"),
        (logging(LogFormat=None), "filters can't read it any more"),
        (logging(ApplicationLogLevel="FATAL"), "it logs less: was nothing, is FATAL"),
    ],
)
def test_lines_that_nobody_finds_are_told(real: Assembly, change: Any, told: str) -> None:
    (finding,) = found(RULE, release(edited(real, "prod/orders", change), real))
    assert told in finding.what


def test_the_group_that_lambda_would_make_is_told_unless_the_stack_has_it() -> None:
    worker = resource("Lambda::Function", FunctionName="worker")
    (finding,) = found(RULE, subject(assembly(prod={"Worker": worker})))
    assert "it logs into /aws/lambda/worker, of which its stack knows nothing" in finding.what
    group = resource("Logs::LogGroup", LogGroupName="/aws/lambda/worker")
    assert found(RULE, subject(assembly(prod={"Worker": worker, "Logs": group}))) == ()


def test_more_lines_are_welcome(real: Assembly) -> None:
    good = release(edited(real, "prod/orders", logging(ApplicationLogLevel="DEBUG")), real)
    assert found(RULE, good) == ()
    assert look(RULE, good).checked == 94
