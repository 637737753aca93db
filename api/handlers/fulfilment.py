"""The worker `fulfilment`: asks for the shipment of each order that is paid for.

What it may do in AWS is listed in api/needs.py.
"""

from functools import cache
from typing import Final

from api.adapters import aws, sources
from api.adapters.shipment_requests import DynamoShipmentRequests
from api.domain.fulfilling import Fulfilling
from api.handlers.settings import settings
from api.handlers.worker import Message, Worker

NAME: Final = "fulfilment"


@cache
def services() -> Fulfilling:
    """This environment's services."""
    requests = DynamoShipmentRequests(aws.dynamodb(), settings().table, NAME)
    return Fulfilling(requests, sources.now, sources.new_id)


def _request_shipment(message: Message, fulfilling: Fulfilling) -> bool:
    return fulfilling.request_shipment(message.event)


handler = Worker({"OrderConfirmed": _request_shipment}, services)
"""What Lambda calls with (event, context)."""
