"""The value of a secret is the one that is in use."""

from typing import Any

import pytest

from tests.unit.pipeline.gates.guard.templates import assembly, found, look, resource, subject, update

RULE = "secret_keeps_its_value"
SECRET, ROTATION = "SecretsManager::Secret", "SecretsManager::RotationSchedule"
MADE = {"GenerateSecretString": {"PasswordLength": 64}}


@pytest.mark.parametrize(
    "new", [{"GenerateSecretString": {"PasswordLength": 32}}, {}, {"SecretString": "{{resolve:ssm:another}}"}]
)
def test_a_secret_that_is_made_anew_is_told(new: dict[str, Any]) -> None:
    told = found(RULE, update(SECRET, MADE, new))
    assert all("the secret gets another value" in finding.what for finding in told)
    assert told


def test_a_value_that_stands_in_a_template_is_not_repeated() -> None:
    (told,) = found(RULE, update(SECRET, {"SecretString": "hush"}, {"SecretString": "hush-hush"}))
    assert "hush" not in told.what


def test_another_description_or_key_leaves_the_value() -> None:
    assert found(RULE, update(SECRET, MADE, MADE | {"Description": "Signs cursors", "KmsKeyId": "other"})) == ()


def test_a_changed_schedule_that_rotates_at_once_is_told() -> None:
    (told,) = found(RULE, update(ROTATION, {"Days": 30}, {"Days": 20}))
    assert "a changed schedule rotates the secret at once" in told.what
    assert found(RULE, update(ROTATION, {"Days": 30}, {"Days": 20, "RotateImmediatelyOnUpdate": False})) == ()


def test_a_new_schedule_is_told_to_who_approves_it() -> None:
    part = look(RULE, subject(assembly(prod={"New": resource(ROTATION)}), assembly(prod={})))
    assert part.findings == ()
    assert "as soon as this schedule is there" in part.warnings[0].what
