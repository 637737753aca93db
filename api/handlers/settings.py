"""What a function is told by its environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the data is."""

    table: str
    idempotency_table: str
    cursor_secret: str
    claims_bucket: str


def read(environment: Mapping[str, str]) -> Settings:
    """Settings from the variables that the stack sets. KeyError names a missing one."""
    return Settings(
        table=environment["TABLE_NAME"],
        idempotency_table=environment["IDEMPOTENCY_TABLE_NAME"],
        cursor_secret=environment["CURSOR_SECRET_ARN"],
        claims_bucket=environment["CLAIMS_BUCKET_NAME"],
    )


@dataclass(frozen=True, slots=True)
class CheckoutSettings:
    """Where payments are asked for, and where what is left to ask waits."""

    stage: str
    table: str
    provider_url: str
    provider_key: str
    circuit_table: str
    queue_url: str


def read_checkout(environment: Mapping[str, str]) -> CheckoutSettings:
    """Settings of the functions that take payments. KeyError names a missing one."""
    return CheckoutSettings(
        stage=environment["STAGE"],
        table=environment["TABLE_NAME"],
        provider_url=environment["PAYMENT_PROVIDER_URL"],
        provider_key=environment["PAYMENT_PROVIDER_SECRET_ARN"],
        circuit_table=environment["CIRCUIT_TABLE_NAME"],
        queue_url=environment["PAYMENTS_QUEUE_URL"],
    )


@cache
def checkout_settings() -> CheckoutSettings:
    """This environment's settings for payments."""
    return read_checkout(os.environ)


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Where orders are, and the key by which the payment provider is known."""

    table: str
    provider_key: str


@cache
def webhook_settings() -> WebhookSettings:
    """This environment's settings for what the payment provider tells. KeyError names a missing variable."""
    return WebhookSettings(os.environ["TABLE_NAME"], os.environ["PAYMENT_PROVIDER_SECRET_ARN"])


@dataclass(frozen=True, slots=True)
class ImportSettings:
    """Where imports of products and their files are; `key` encrypts the files, `queue_url` is where they wait."""

    table: str
    bucket: str
    key: str
    queue_url: str


@cache
def import_settings() -> ImportSettings:
    """This environment's settings for imports. KeyError names a missing variable.

    Who only asks for imports knows no queue.
    """
    return ImportSettings(
        os.environ["TABLE_NAME"],
        os.environ["IMPORTS_BUCKET_NAME"],
        os.environ["IMPORTS_KEY_ARN"],
        os.environ.get("IMPORTER_QUEUE_URL", ""),
    )


def partner_role() -> str:
    """The role whose sessions read one partner's orders. KeyError if the stack has not named it."""
    return os.environ["PARTNER_ROLE_ARN"]


@cache
def settings() -> Settings:
    """This environment's settings."""
    return read(os.environ)
