"""What ministack leaves out of REST APIs in templates: validators, a stage's access log, a new API's key source.

Source: CloudFormation resource reference of AWS::ApiGateway::RequestValidator, Method, Stage and RestApi.
"""

import json
from collections.abc import Callable
from typing import Any

from pipeline.rehearsal.world.emulator.inside.resources.registry import (
    DELETE_PREDECESSOR,
    HANDLERS,
    Created,
    Properties,
    register,
)
from pipeline.rehearsal.world.emulator.inside.seams import Seam

MODULE = "ministack.services.apigateway_v1"
VALIDATORS = Seam(MODULE, "_request_validators")
CREATE_VALIDATOR = Seam(MODULE, "_create_request_validator", ("api_id", "data"))
RESOURCES = Seam(MODULE, "_resources")
STAGES = Seam(MODULE, "_stages_v1")
APIS = Seam(MODULE, "_rest_apis")
SEAMS = (APIS, VALIDATORS, CREATE_VALIDATOR, RESOURCES, STAGES)

VALIDATOR = "AWS::ApiGateway::RequestValidator"
METHOD = "AWS::ApiGateway::Method"
STAGE = "AWS::ApiGateway::Stage"
API = "AWS::ApiGateway::RestApi"


def install() -> None:
    """Register and wrap."""
    register(VALIDATOR, _create_validator, _update_validator, _delete_validator)
    _wrap(METHOD, _complete_method)
    _wrap(STAGE, _complete_stage)
    handlers = HANDLERS.get()[API]
    handlers["create"] = _with_key_source(handlers["create"])


def _wrap(resource_type: str, complete: Callable[[Properties], None]) -> None:
    """Do `complete(properties)` after ministack's own create and update."""
    handlers = HANDLERS.get()[resource_type]
    create, update = handlers["create"], handlers["update"]

    def created(logical_id: str, properties: Properties, stack_name: str) -> Any:
        done = create(logical_id, properties, stack_name)
        complete(properties)
        return done

    def updated(physical_id: str, old: Properties, new: Properties, stack_name: str) -> Any:
        done = update(physical_id, old, new, stack_name)
        complete(new)
        return done

    handlers |= {"create": created, "update": updated}


def _with_key_source(create: Callable[[str, Properties, str], Any]) -> Callable[[str, Properties, str], Any]:
    """ministack takes the source from an update alone."""

    def created(logical_id: str, properties: Properties, stack_name: str) -> Any:
        physical_id, attributes = create(logical_id, properties, stack_name)
        APIS.get()[physical_id]["apiKeySource"] = properties.get("ApiKeySourceType", "HEADER")
        return physical_id, attributes

    return created


def _create_validator(logical_id: str, properties: Properties, _: str) -> Created:
    data = {
        "name": properties.get("Name", logical_id),
        "validateRequestBody": _true(properties.get("ValidateRequestBody")),
        "validateRequestParameters": _true(properties.get("ValidateRequestParameters")),
    }
    status, _headers, body = CREATE_VALIDATOR.get()(properties["RestApiId"], data)
    if status >= 400:
        raise ValueError(f"{VALIDATOR}: {body!r}")
    made = str(json.loads(body)["id"])
    return made, {"RequestValidatorId": made}


def _update_validator(physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str) -> Created:
    """RestApiId and Name require replacement, the flags don't."""
    if any(old.get(name) != new.get(name) for name in ("RestApiId", "Name")):
        created = _create_validator(logical_id, new, stack_name)
        DELETE_PREDECESSOR.get()(_delete_validator, physical_id, old)
        return created
    VALIDATORS.get()[new["RestApiId"]][physical_id] |= {
        "validateRequestBody": _true(new.get("ValidateRequestBody")),
        "validateRequestParameters": _true(new.get("ValidateRequestParameters")),
    }
    return physical_id, {"RequestValidatorId": physical_id}


def _delete_validator(physical_id: str, properties: Properties) -> None:
    VALIDATORS.get().get(properties["RestApiId"], {}).pop(physical_id, None)


def _complete_method(properties: Properties) -> None:
    resource = RESOURCES.get()[properties["RestApiId"]][properties["ResourceId"]]
    resource["resourceMethods"][properties["HttpMethod"]]["requestValidatorId"] = properties.get("RequestValidatorId")


def _complete_stage(properties: Properties) -> None:
    stage = STAGES.get()[properties["RestApiId"]][properties["StageName"]]
    setting = properties.get("AccessLogSetting") or {}
    stage["accessLogSettings"] = {
        name: setting[theirs]
        for name, theirs in (("destinationArn", "DestinationArn"), ("format", "Format"))
        if theirs in setting
    }


def _true(value: object) -> bool:
    return str(value).lower() == "true"
