"""(b) The field's usual stack: Powertools' resolver with validation, Logger, Metrics and Tracer, and a boto3 client."""

from http import HTTPStatus
from typing import Annotated, Any

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.metrics import MetricUnit
from pydantic import BaseModel, Field

from tests.bench.handlers import store

logger = Logger(service="orders")
metrics = Metrics(namespace="Orders", service="orders")
tracer = Tracer(service="orders", disabled=True)
app = APIGatewayRestResolver(enable_validation=True)
client = boto3.client("dynamodb", region_name="eu-west-1")


class Line(BaseModel):
    """A line of an order."""

    sku: Annotated[str, Field(pattern=r"^[A-Z0-9-]{3,32}$")]
    quantity: Annotated[int, Field(strict=True, ge=1, le=store.LARGEST)]


class NewOrder(BaseModel):
    """What a customer asks for."""

    lines: Annotated[list[Line], Field(min_length=1, max_length=20)]


class Order(BaseModel):
    """What was placed."""

    id: str
    status: str
    lines: list[Line]
    total: int
    placed_at: str


@app.get("/v1/products/<sku>")
@tracer.capture_method
def get_product(sku: str) -> Response[dict[str, Any]]:
    """One product."""
    found = store.product(sku)
    if found is None:
        raise NotFoundError("no such product")
    return Response(
        HTTPStatus.OK, content_type="application/json", body=found, headers={"ETag": f'"{found["version"]}"'}
    )


@app.post("/v1/orders")
@tracer.capture_method
def place_order(order: NewOrder) -> Response[Order]:
    """An order."""
    total = sum(1250 * line.quantity for line in order.lines)
    placed = Order(id=store.ORDER_ID, status="CONFIRMED", lines=order.lines, total=total, placed_at=store.PLACED_AT)
    headers = {"Location": f"/v1/orders/{placed.id}"}
    return Response(HTTPStatus.CREATED, content_type="application/json", body=placed, headers=headers)


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId")
@tracer.capture_lambda_handler
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Both operations, with what every request logs and counts."""
    metrics.add_metric(name="Requests", unit=MetricUnit.Count, value=1)
    answer = app.resolve(event, context)
    logger.info("answered", extra={"status": answer["statusCode"]})
    return answer


products = orders = handler
