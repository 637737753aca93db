"""The bill of materials: valid by CycloneDX's own schema, complete, and the same each time."""

import base64
import json
from datetime import date

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from pipeline.gates.dependencies.bill import Measured, bill
from pipeline.gates.dependencies.locked import Locked
from tests.unit.pipeline.gates.dependencies.making import DIGEST, OTHER, locked

DAY = date(2026, 11, 26)
NPM = Locked("npm", "@types/node", "24.1.0", frozenset({"sha512-" + base64.b64encode(b"x" * 64).decode()}), "p:1")
MADE = bill(
    "orders",
    DAY,
    [locked("requests==2.34.2", "a:1", DIGEST, OTHER), locked("six==1.17.0"), locked("six==1.17.0", "b:1"), NPM],
    {"requests==2.34.2": "Apache-2.0", "six==1.17.0": "MIT OR BSD-2-Clause", NPM.pin: "LicenseRef-BSD"},
    [Measured("asset.zip", DIGEST)],
)


def test_it_is_valid_by_its_own_schema() -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(MADE) is None


def test_every_package_is_in_it_once_with_its_hashes_and_licence() -> None:
    document = json.loads(MADE)
    parts = {part["bom-ref"]: part for part in document["components"]}
    assert set(parts) == {
        "pkg:pypi/requests@2.34.2",
        "pkg:pypi/six@1.17.0",
        "pkg:npm/%40types/node@24.1.0",
        f"asset.zip#{DIGEST}",
    }
    requests = parts["pkg:pypi/requests@2.34.2"]
    assert {each["content"] for each in requests["externalReferences"][0]["hashes"]} == {DIGEST, OTHER}
    assert requests["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    assert parts["pkg:pypi/six@1.17.0"]["licenses"] == [{"expression": "MIT OR BSD-2-Clause"}]
    assert parts[f"asset.zip#{DIGEST}"]["hashes"] == [{"alg": "SHA-256", "content": DIGEST}]
    assert document["metadata"]["component"]["name"] == "orders"
    (made_of,) = (each["dependsOn"] for each in document["dependencies"] if each["ref"] == "orders")
    assert set(made_of) == set(parts)


@pytest.mark.parametrize("number", [1, 2])
def test_the_same_things_make_the_same_bill(number: int) -> None:
    assert number
    again = bill("orders", DAY, [locked("six==1.17.0")], {})
    assert again == bill("orders", DAY, [locked("six==1.17.0"), locked("six==1.17.0", "b:1")], {})
    assert again != bill("orders", DAY, [locked("six==1.16.0")], {})
