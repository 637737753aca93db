"""What a function is told by its environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from api.adapters import sources


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the data is."""

    table: str
    idempotency_table: str
    cursor_secret: str
    claims_bucket: str


def read(environment: Mapping[str, str]) -> Settings:
    """Settings from the variables that the stack sets. NotTold names a missing one."""
    return Settings(
        table=sources.told("TABLE_NAME", environment),
        idempotency_table=sources.told("IDEMPOTENCY_TABLE_NAME", environment),
        cursor_secret=sources.told("CURSOR_SECRET_ARN", environment),
        claims_bucket=sources.told("CLAIMS_BUCKET_NAME", environment),
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
    """Settings of the functions that take payments. NotTold names a missing one."""
    return CheckoutSettings(
        stage=sources.told("STAGE", environment),
        table=sources.told("TABLE_NAME", environment),
        provider_url=sources.told("PAYMENT_PROVIDER_URL", environment),
        provider_key=sources.told("PAYMENT_PROVIDER_SECRET_ARN", environment),
        circuit_table=sources.told("CIRCUIT_TABLE_NAME", environment),
        queue_url=sources.told("PAYMENTS_QUEUE_URL", environment),
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
    """This environment's settings for what the payment provider tells. NotTold names a missing variable."""
    return WebhookSettings(sources.told("TABLE_NAME"), sources.told("PAYMENT_PROVIDER_SECRET_ARN"))


@dataclass(frozen=True, slots=True)
class ImportSettings:
    """Where imports of products and their files are; `key` encrypts the files, `queue_url` is where they wait."""

    table: str
    bucket: str
    key: str
    queue_url: str


@cache
def import_settings() -> ImportSettings:
    """This environment's settings for imports. NotTold names a missing variable.

    Who only asks for imports knows no queue.
    """
    return ImportSettings(
        sources.told("TABLE_NAME"),
        sources.told("IMPORTS_BUCKET_NAME"),
        sources.told("IMPORTS_KEY_ARN"),
        os.environ.get("IMPORTER_QUEUE_URL", ""),
    )


def partner_role() -> str:
    """The role whose sessions read one partner's orders. NotTold if the stack has not named it."""
    return sources.told("PARTNER_ROLE_ARN")


@cache
def settings() -> Settings:
    """This environment's settings."""
    return read(os.environ)
