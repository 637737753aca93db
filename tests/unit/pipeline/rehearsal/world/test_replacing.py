"""Which properties replace a resource, held to the schemas that cfn-lint brings."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from pipeline.rehearsal.runners.cloudformation.changes import STATEFUL
from pipeline.rehearsal.world.emulator.fidelity import RESOURCES
from pipeline.rehearsal.world.replacing import (
    CONDITIONALLY_CREATE_ONLY,
    CREATE_ONLY,
    DOCUMENTED,
    recreation,
    recreation_of,
)

CFN_LINT = find_spec("cfnlint")
assert CFN_LINT is not None
assert CFN_LINT.origin is not None
SCHEMAS = Path(CFN_LINT.origin).parent / "data" / "schemas"


def schema(kind: str) -> dict[str, Any]:
    """The registry's schema of a resource type, as it is in Ireland."""
    digests = json.loads((SCHEMAS / "providers" / "eu-west-1.json").read_text())
    found: dict[str, Any] = json.loads((SCHEMAS / "resources" / f"{digests[kind]}.json").read_text())
    return found


def names(kind: str, key: str) -> frozenset[str]:
    return frozenset(path.removeprefix("/properties/") for path in schema(kind).get(key, []))


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("AWS::Cognito::UserPoolClient", "GenerateSecret", "Always"),
        ("AWS::Cognito::UserPoolClient", "ClientName", "Never"),
        ("AWS::DynamoDB::GlobalTable", "KeySchema", "Conditionally"),
        ("AWS::DynamoDB::Table", "AttributeDefinitions", "Conditionally"),
        ("AWS::Budgets::Budget", "Budget", "Conditionally"),
        ("AWS::ECR::Repository", "EncryptionConfiguration", "Always"),
        ("AWS::Elasticsearch::Domain", "EncryptionAtRestOptions", "Conditionally"),
        ("AWS::KMS::Key", "KeyPolicy", "Never"),
        ("AWS::Unlisted::Thing", "Name", None),
    ],
)
def test_a_property_always_replaces_or_at_times_or_never(kind: str, name: str, said: str | None) -> None:
    assert recreation(kind, name) == said


def defined(**types: str) -> list[Any]:
    return [{"AttributeName": name, "AttributeType": each} for name, each in types.items()]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (defined(PK="S"), defined(PK="S", SK="S"), "Never"),
        (defined(PK="S", SK="S"), defined(PK="S"), "Never"),
        (defined(PK="S", SK="N"), defined(SK="N", PK="S"), "Never"),
        (defined(PK="S"), defined(PK="N"), "Conditionally"),
        (defined(PK="S"), [{"Fn::If": ["Large", *defined(PK="S", SK="S")]}], "Conditionally"),
        (defined(PK="S"), None, "Conditionally"),
    ],
)
def test_an_attribute_of_another_type_may_replace_its_table_and_one_more_does_not(
    old: Any, new: Any, said: str
) -> None:
    assert recreation_of("AWS::DynamoDB::Table", "AttributeDefinitions", old, new) == said


def test_whatever_the_values_are_any_other_property_is_as_its_type_says() -> None:
    assert recreation_of("AWS::DynamoDB::Table", "TableName", "a", "b") == "Always"
    assert recreation_of("AWS::Unlisted::Thing", "Name", "a", "b") is None


def test_what_only_the_documentation_says_is_of_a_property_that_the_schema_has() -> None:
    for kind, documented in DOCUMENTED.items():
        assert documented <= set(schema(kind)["properties"])
        assert not documented & (CREATE_ONLY[kind] | CONDITIONALLY_CREATE_ONLY.get(kind, frozenset()))


def test_every_type_that_can_be_deployed_or_holds_data_is_listed() -> None:
    assert set(CREATE_ONLY) == set(RESOURCES) | STATEFUL


def test_whatever_cfn_lint_takes_for_stateful_holds_data_if_there_is_such_a_type_in_ireland() -> None:
    """Its rule I3011: what should say whether it is kept when it is removed or replaced."""
    likely = json.loads((SCHEMAS.parent / "AdditionalSpecs" / "StatefulResources.json").read_text())["ResourceTypes"]
    digests = json.loads((SCHEMAS / "providers" / "eu-west-1.json").read_text())
    assert set(likely) & set(digests) - STATEFUL == set()


@pytest.mark.parametrize("kind", sorted(CREATE_ONLY))
def test_the_tables_say_what_the_registrys_schemas_say(kind: str) -> None:
    told = CREATE_ONLY[kind], CONDITIONALLY_CREATE_ONLY.get(kind, frozenset())
    assert told == (names(kind, "createOnlyProperties"), names(kind, "conditionalCreateOnlyProperties"))
