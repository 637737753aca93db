"""No secret stands in the variables of a build."""

import json

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.pipelines import commands, in_configuration, project, spec
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, found, look, release

RULE = "build_holds_no_secret"
UNIT = "DeliveryBuildunit"
KEY = "AKIA" + "Q3EGUZ5YN4OVKX7P"


def variable(name: str, value: str, kind: str = "PLAINTEXT") -> Change:
    def change(document: Template) -> None:
        told = {"Name": name, "Type": kind, "Value": value}
        project(document, UNIT)["Environment"]["EnvironmentVariables"].append(told)

    return change


def by_the_action(name: str, value: str) -> Change:
    told = json.dumps([{"name": name, "type": "PLAINTEXT", "value": value}])
    return in_configuration("Build", "unit", EnvironmentVariables=told)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (variable("NPM_TOKEN", "abc"), "NPM_TOKEN is a secret by its name"),
        (variable("DB_PASSWORD", "hunter2"), "DB_PASSWORD is a secret by its name"),
        (variable("AWS_SECRET_ACCESS_KEY", "abc"), "AWS_SECRET_ACCESS_KEY is a secret by its name"),
        (variable("AWS_ACCESS_KEY_ID", KEY), "AWS_ACCESS_KEY_ID looks like a secret"),
        (variable("HARMLESS", KEY), "HARMLESS looks like a secret"),
        (variable("INDEX", "https://me:" + "hunter2@pypi.example/simple"), "INDEX looks like a secret"),
        (variable("CERTIFICATE", "-----BEGIN " + "PRIVATE KEY-----"), "CERTIFICATE looks like a secret"),
        (by_the_action("GITHUB_TOKEN", "abc"), "GITHUB_TOKEN is a secret by its name"),
        (
            spec(UNIT, lambda told: told.update(env={"variables": {"API_KEY": "abc"}})),
            "API_KEY is a secret by its name",
        ),
        (commands(UNIT, f"export KEY={KEY}"), "a command holds a secret"),
    ],
)
def test_a_secret_in_plain_text_is_told(real: Assembly, change: Change, told: str) -> None:
    (finding,) = found(RULE, release(edited(real, "pipeline", change), real))
    assert finding.where.startswith("pipeline:")
    assert told in finding.what
    assert "hunter2" not in finding.what
    assert KEY not in finding.what


@pytest.mark.parametrize(
    "change",
    [
        variable("NPM_TOKEN", "orders/npm:token", "SECRETS_MANAGER"),
        variable("SIGNING_SECRET_ARN", "arn:aws:secretsmanager:eu-west-1:1:secret:x"),
        variable("TOKEN_URL", "https://sign-in.example/token"),
        variable("PATIENCE", "10"),
        variable("GITHUB_TOKEN", ""),
        by_the_action("API_KEY", "#{orders.ApiKey}"),
    ],
)
def test_where_a_secret_is_kept_is_none(real: Assembly, change: Change) -> None:
    assert found(RULE, release(edited(real, "pipeline", change), real)) == ()


def test_the_release_as_it_is_holds_none(real: Assembly) -> None:
    assert found(RULE, release(real, real)) == ()
    assert look(RULE, release(real)).checked > 50
