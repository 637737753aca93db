"""The worker `invoices`: writes the invoice of each order that a customer has paid for.

What it may do in AWS is listed in api/needs.py.
"""

from functools import cache
from typing import Final

from api.adapters import aws, sources
from api.adapters.invoice_archive import S3InvoiceArchive
from api.adapters.invoice_numbers import DynamoInvoiceNumbers
from api.adapters.orders import DynamoOrders
from api.domain.invoices import Invoicing
from api.handlers import happenings
from api.handlers.happenings import Happening
from api.handlers.worker import Message, Worker

KIND: Final = "OrderConfirmed"


@cache
def services() -> Invoicing:
    """This environment's services. NotTold names a variable that the stack did not set."""
    client, table = aws.dynamodb(), sources.told("TABLE_NAME")
    return Invoicing(
        DynamoOrders(client, table),
        DynamoInvoiceNumbers(client, table),
        S3InvoiceArchive(aws.s3(), sources.told("INVOICES_BUCKET_NAME")),
        sources.now,
        sources.told("SELLER").splitlines(),
    )


def _invoice(message: Message, invoicing: Invoicing) -> bool:
    is_new = invoicing.invoice(message.event)
    if is_new:
        happenings.count(Happening.INVOICE_WRITTEN)
    return is_new


handler = Worker({KIND: _invoice}, services)
"""What Lambda calls with (event, context)."""
