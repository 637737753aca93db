"""The number of an order in a path."""

import re

from api.domain import limits
from api.domain.errors import OrderMissing
from api.handlers.http import Request


def order_id(request: Request) -> str:
    """The id in the path; one that no order can have is simply not there. Raises OrderMissing."""
    found = request.parameters["id"]
    if not re.fullmatch(limits.ORDER_ID, found):
        raise OrderMissing
    return found
