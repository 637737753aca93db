"""A build that a webhook starts asks who, where and what, by whole names."""

from typing import Any

import pytest

from tests.unit.pipeline.gates.guard.templates import assembly, found, look, resource, subject

RULE = "webhook_asks_who"
PULL = {"Type": "EVENT", "Pattern": "PULL_REQUEST_CREATED,PULL_REQUEST_UPDATED"}
PUSH = {"Type": "EVENT", "Pattern": "PUSH"}
NOBODY: list[Any] = []


def actor(pattern: str, **more: Any) -> dict[str, Any]:
    return {"Type": "ACTOR_ACCOUNT_ID", "Pattern": pattern, **more}


def branch(pattern: str) -> dict[str, Any]:
    return {"Type": "HEAD_REF", "Pattern": pattern}


def started_by(*groups: list[Any], webhook: Any = True) -> Any:
    build = resource("CodeBuild::Project", Triggers={"Webhook": webhook, "FilterGroups": list(groups)})
    return subject(assembly(pipeline={"Build": build}))


@pytest.mark.parametrize(
    ("group", "told"),
    [
        ([PULL, actor("12345")], "the ACTOR_ACCOUNT_ID pattern 12345 also takes what merely holds it"),
        ([PULL, actor("^12345")], "the ACTOR_ACCOUNT_ID pattern ^12345 also takes"),
        ([PULL, actor("12345$")], "the ACTOR_ACCOUNT_ID pattern 12345$ also takes"),
        ([PULL, actor("^12345$|67890")], "the ACTOR_ACCOUNT_ID pattern ^12345$|67890 also takes"),
        ([PULL, actor("^12345|67890$")], "the ACTOR_ACCOUNT_ID pattern ^12345|67890$ also takes"),
        ([PULL, actor("^.*$")], "the ACTOR_ACCOUNT_ID pattern ^.*$ takes anybody"),
        ([PULL, actor("^666$", ExcludeMatchedPattern=True)], "everybody but ^666$ starts it"),
        ([PULL], "anybody's pull request starts it"),
        ([PUSH, branch("refs/heads/main")], "the HEAD_REF pattern refs/heads/main also takes"),
        ([branch("^refs/heads/main$")], "any event of anybody's starts it"),
    ],
)
def test_a_pattern_that_takes_too_many_is_told(group: list[Any], told: str) -> None:
    findings = found(RULE, started_by(group))
    assert any(told in each.what and each.where.startswith("pipeline:Build") for each in findings)


def test_a_webhook_that_asks_nothing_is_told() -> None:
    (told,) = found(RULE, started_by())
    assert "anybody who may push or open a pull request starts it" in told.what


@pytest.mark.parametrize(
    "group",
    [
        [PULL, actor("^12345$")],
        [PULL, actor("^12345$|^67890$")],
        [PULL, actor("^(12345|67890)$")],
        [PUSH, branch("^refs/heads/main$")],
    ],
)
def test_whole_names_are_welcome(group: list[Any]) -> None:
    good = started_by(group)
    assert (found(RULE, good), look(RULE, good).checked) == ((), 1)


def test_without_a_webhook_there_is_nobody_to_ask() -> None:
    assert found(RULE, started_by(NOBODY, webhook=False)) == ()
    assert look(RULE, subject(assembly(pipeline={"Build": resource("CodeBuild::Project")}))).checked == 0
