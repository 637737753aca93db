"""From the contract's text to the operations that the templates need."""

import textwrap

import pytest

from pipeline.cloud.openapi import Operation, UnreadableContract, read_operations

CONTRACT = """
openapi: 3.0.3
paths:
  /things/{id}:
    parameters: []
    put:
      operationId: replaceThing
      tags: [things]
      security: [{customer: []}]
      parameters:
        - {$ref: '#/components/parameters/Id'}
        - {name: If-Match, in: header, required: true}
        - {name: dry, in: query}
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Thing'}
      responses: {RESPONSES}
components:
  parameters:
    Id: {name: id, in: path, required: true}
  schemas:
    Name: {type: string, maxLength: 9}
    Thing:
      type: object
      properties:
        names: {type: array, items: {$ref: '#/components/schemas/Name'}}
"""


def contract(responses: str = "{'200': {}}") -> str:
    return CONTRACT.replace("{RESPONSES}", responses)


def one(text: str) -> str:
    return textwrap.dedent(f"openapi: 3.0.3\npaths:\n  /a:\n    get: {text}")


def test_an_operation_is_read_with_its_references_followed() -> None:
    assert read_operations(contract()) == (
        Operation(
            operation_id="replaceThing",
            path="/things/{id}",
            method="PUT",
            function="things",
            signed_in=True,
            parameters={
                "method.request.path.id": True,
                "method.request.header.If-Match": True,
                "method.request.querystring.dry": False,
            },
            body={
                "type": "object",
                "properties": {"names": {"type": "array", "items": {"type": "string", "maxLength": 9}}},
            },
        ),
    )


def test_an_if_match_whose_absence_is_answered_with_428_is_left_to_the_function() -> None:
    (operation,) = read_operations(contract("{'200': {}, '428': {}}"))
    assert operation.parameters["method.request.header.If-Match"] is False


def test_an_operation_without_a_body_and_without_security_has_none() -> None:
    (operation,) = read_operations(one("{operationId: a, tags: [t], security: []}"))
    assert (operation.body, operation.signed_in) == (None, False)


def test_security_of_the_whole_document_holds_unless_an_operation_has_its_own() -> None:
    text = one("{operationId: a, tags: [t]}") + "\nsecurity: [{customer: []}]"
    (operation,) = read_operations(text)
    assert operation.signed_in


def test_an_operation_of_carriers_names_the_scope_that_its_token_needs() -> None:
    (operation,) = read_operations(one("{operationId: a, tags: [t], security: [{carrier: [carriers/scan]}]}"))
    assert (operation.signed_in, operation.partner, operation.scope) == (True, False, "carriers/scan")


@pytest.mark.parametrize(("scheme", "partner"), [("customer", False), ("partner", True)])
def test_an_operation_of_partners_is_told_from_one_of_users(scheme: str, partner: bool) -> None:
    (operation,) = read_operations(one(f"{{operationId: a, tags: [t], security: [{{{scheme}: [], more: []}}]}}"))
    assert (operation.signed_in, operation.partner) == (True, partner)


@pytest.mark.parametrize("tags", ["[]", "[a, b]", "~"])
def test_an_operation_that_no_single_function_serves_is_refused(tags: str) -> None:
    with pytest.raises(UnreadableContract, match=r"GET /a: has .* give it exactly one, the function that serves it"):
        read_operations(one(f"{{operationId: a, tags: {tags}}}"))


def test_a_parameter_that_the_gateway_cannot_see_is_refused() -> None:
    with pytest.raises(UnreadableContract, match="GET /a: parameter c is in cookie"):
        read_operations(one("{operationId: a, tags: [t], parameters: [{name: c, in: cookie}]}"))


def test_a_contract_that_is_no_document_is_refused() -> None:
    with pytest.raises(UnreadableContract, match="document: expected an object, found str"):
        read_operations("nonsense")
