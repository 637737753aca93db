"""What the function `customers` works on, put together from its environment on first use."""

from dataclasses import dataclass
from functools import cache

from api.adapters import aws, sources
from api.adapters.blind_index import BlindIndex
from api.adapters.customers import DynamoCustomers
from api.adapters.sealing import Seals
from api.adapters.secret import SecretKey
from api.adapters.user_pool import PoolAccounts
from api.domain.profiles import Profiles


@dataclass(frozen=True, slots=True)
class CustomerServices:
    """Everything that a route about customers may use."""

    profiles: Profiles


@cache
def customer_services() -> CustomerServices:
    """This environment's services. NotTold names a variable that the stack did not set."""
    accounts = PoolAccounts(aws.cognito(), sources.told("USER_POOL_ID"))
    return CustomerServices(Profiles(customers(), accounts, sources.now, sources.new_id))


@cache
def customers(*, hurry: bool = False) -> DynamoCustomers:
    """This environment's customers; with `hurry`, as the user pool's triggers need them."""
    return DynamoCustomers(
        aws.hurried_dynamodb() if hurry else aws.dynamodb(),
        sources.told("TABLE_NAME"),
        Seals(aws.hurried_kms() if hurry else aws.kms(), sources.told("FIELD_KEY_ARN")),
        BlindIndex(SecretKey(sources.told("EMAIL_INDEX_SECRET_ARN"))),
        sources.told("STAGE"),
    )
