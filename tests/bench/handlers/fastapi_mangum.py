"""(c) FastAPI behind Mangum, which many teams bring along from servers."""

from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Response
from mangum import Mangum
from pydantic import BaseModel, Field

from tests.bench.handlers import store

app = FastAPI()


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


@app.get("/v1/products/{sku}")
async def get_product(sku: str, response: Response) -> dict[str, Any]:
    """One product."""
    found = store.product(sku)
    if found is None:
        raise HTTPException(404)
    response.headers["ETag"] = f'"{found["version"]}"'
    return found


@app.post("/v1/orders", status_code=201)
async def place_order(order: NewOrder, response: Response) -> Order:
    """An order."""
    total = sum(1250 * line.quantity for line in order.lines)
    response.headers["Location"] = f"/v1/orders/{store.ORDER_ID}"
    return Order(id=store.ORDER_ID, status="CONFIRMED", lines=order.lines, total=total, placed_at=store.PLACED_AT)


products = orders = Mangum(app, lifespan="off")
