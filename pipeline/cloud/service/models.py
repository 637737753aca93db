"""Bodies that the gateway checks: the contract's schemas in the dialect of API Gateway's models, draft 4."""

from collections.abc import Mapping

from aws_cdk import aws_apigateway as apigateway

from pipeline.cloud.openapi import Json, JsonObject, Operation

OPENAPI_ONLY = frozenset(
    {"deprecated", "discriminator", "example", "externalDocs", "nullable", "readOnly", "writeOnly", "xml"}
)
SCHEMAS = frozenset({"additionalProperties", "items", "not"})
LISTS_OF_SCHEMAS = frozenset({"allOf", "anyOf", "oneOf"})
DRAFT_4 = "http://json-schema.org/draft-04/schema#"


class Models:
    """The models of an API's bodies.

    A stage serves the API as it was when its deployment was made, so a changed schema must make a new deployment.
    """

    def __init__(self, api: apigateway.RestApi) -> None:
        self._api = api
        self._api_id = api.rest_api_id
        self._deployment = api.latest_deployment

    def of_body(self, operation: Operation) -> Mapping[str, apigateway.IModel] | None:
        """The model of the operation's JSON body, by media type; None if it takes none."""
        if operation.body is None:
            return None
        name = f"{operation.operation_id[0].upper()}{operation.operation_id[1:]}Body"
        schema: JsonObject = {"$schema": DRAFT_4, "title": name, **draft_4(operation.body)}
        model = apigateway.CfnModel(
            self._api, name, rest_api_id=self._api_id, name=name, content_type=operation.media_type, schema=schema
        )
        if self._deployment is not None:
            self._deployment.node.add_dependency(model)
            self._deployment.add_to_logical_id({"model": schema})
        return {operation.media_type: apigateway.Model.from_model_name(self._api, f"{name}Reference", model.ref)}


def draft_4(schema: JsonObject) -> JsonObject:
    """`schema` of OpenAPI 3.0.3 as draft 4: without the words only OpenAPI knows, and `nullable` as a type."""
    known = {key: _convert(key, value) for key, value in schema.items() if key not in OPENAPI_ONLY}
    if schema.get("nullable"):
        known["type"] = [known["type"], "null"]
    return known


def _convert(key: str, value: Json) -> Json:
    """The value of a keyword: schemas where it holds schemas, anything else (an enum, a default) as it is."""
    if key == "properties" and isinstance(value, dict):
        return {name: _schema(each) for name, each in value.items()}
    if key in LISTS_OF_SCHEMAS and isinstance(value, list):
        return [_schema(each) for each in value]
    return _schema(value) if key in SCHEMAS else value


def _schema(value: Json) -> Json:
    return draft_4(value) if isinstance(value, dict) else value
