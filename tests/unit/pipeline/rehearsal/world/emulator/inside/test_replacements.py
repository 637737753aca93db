"""What a change set says about a property."""

import pytest

from pipeline.rehearsal.world.emulator.inside.replacements import recreation


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("AWS::Cognito::UserPoolClient", "GenerateSecret", "Always"),
        ("AWS::Cognito::UserPoolClient", "ClientName", "Never"),
        ("AWS::DynamoDB::GlobalTable", "KeySchema", "Conditionally"),
        ("AWS::KMS::Key", "KeyPolicy", "Never"),
        ("AWS::Unlisted::Thing", "Name", None),
    ],
)
def test_the_registrys_schemas_decide(kind: str, name: str, said: str | None) -> None:
    assert recreation(kind, name) == said
