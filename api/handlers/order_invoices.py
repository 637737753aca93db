"""What a customer's invoices are fetched from, put together on first use: few requests ask for one."""

from functools import cache

from api.adapters import aws, sources
from api.adapters.invoice_archive import S3InvoiceArchive
from api.adapters.orders import DynamoOrders
from api.domain.invoices import Invoices


@cache
def invoices() -> Invoices:
    """This environment's invoices. NotTold names a variable that the stack did not set."""
    orders = DynamoOrders(aws.dynamodb(), sources.told("TABLE_NAME"))
    return Invoices(orders, S3InvoiceArchive(aws.s3(), sources.told("INVOICES_BUCKET_NAME")))
