"""What is lost of what a resource holds, though the resource stays."""

from pipeline.rehearsal.runners.cloudformation.losing import loss

SECRET = "AWS::SecretsManager::Secret"
NEW_SECRET = "makes a new secret: the old value is no longer current"


def test_another_way_to_generate_a_secret_makes_a_new_one() -> None:
    assert loss(SECRET, "GenerateSecretString", {"PasswordLength": 32}, {"PasswordLength": 64}) == NEW_SECRET
    assert loss(SECRET, "GenerateSecretString", None, {}) == NEW_SECRET


def test_any_other_change_in_place_loses_nothing() -> None:
    assert loss(SECRET, "Description", "a", "b") == ""
    assert loss("AWS::Unlisted::Thing", "GenerateSecretString", {}, None) == ""
