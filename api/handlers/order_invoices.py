"""What a customer's invoices are fetched from, put together on first use: few requests ask for one."""

import os
from functools import cache

from api.adapters import aws
from api.adapters.invoice_archive import S3InvoiceArchive
from api.adapters.orders import DynamoOrders
from api.domain.invoices import Invoices


@cache
def invoices() -> Invoices:
    """This environment's invoices. KeyError names a variable that the stack did not set."""
    orders = DynamoOrders(aws.dynamodb(), os.environ["TABLE_NAME"])
    return Invoices(orders, S3InvoiceArchive(aws.s3(), os.environ["INVOICES_BUCKET_NAME"]))
