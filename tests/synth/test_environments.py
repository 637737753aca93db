"""What each function of the service is told by its environment, variable by variable: nothing may join it unseen.

Libraries read variables, too, and some of them turn a protection off.
"""

import pytest

from api.needs import NEEDS
from tests.synth.planned import settings
from tests.synth.reading import Json, Template
from tests.synth.test_service import function

PROVIDER = {"PAYMENT_PROVIDER_SECRET_ARN", "PAYMENT_PROVIDER_URL"}
CHARGES = {"CIRCUIT_TABLE_NAME", "PAYMENTS_QUEUE_URL", *PROVIDER}
PERSONAL = {"EMAIL_INDEX_SECRET_ARN", "FIELD_KEY_ARN"}
FILES = {"IMPORTS_BUCKET_NAME", "IMPORTS_KEY_ARN"}
BESIDES = {
    "authorizer": {"USER_POOL_ID"},
    "customers": {"USER_POOL_ID", *PERSONAL},
    "identity": PERSONAL,
    "importer": {"IMPORTER_QUEUE_URL", *FILES},
    "imports": FILES,
    "invoices": {"INVOICES_BUCKET_NAME", "SELLER"},
    "mail": {"FIELD_KEY_ARN", "MAIL_CONFIGURATION_SET", "MAIL_SENDER"},
    "notifier": {"NOTICES_TOPIC_ARN"},
    "operations": {"REDRIVES"},
    "orders": {"INVOICES_BUCKET_NAME", *CHARGES},
    "partners": {"PARTNER_ROLE_ARN"},
    "payments": CHARGES,
    "webhooks": PROVIDER,
}
"""What a function is told besides what all are, which test_service.py knows of the function `service`."""
BROWSERS = {"ALLOWED_ORIGINS", "STRICT_TRANSPORT_SECURITY"}
"""Told to those whom browsers ask, where a stage's settings want it; test_browsers.py knows more."""


def told(template: Template, name: str) -> dict[str, Json]:
    variables = function(template, name)["Environment"]["Variables"]
    return {each: value for each, value in variables.items() if each not in BROWSERS}


@pytest.mark.parametrize("name", sorted(NEEDS))
def test_a_function_is_told_just_this(template: Template, stage: str, name: str) -> None:
    of_all = told(template, "service")
    instead = {"MAIL_INSTEAD"} if name == "mail" and settings(stage).mail.instead else set[str]()
    variables = told(template, name)
    assert set(variables) - set(of_all) == BESIDES.get(name, set[str]()) | instead
    assert {each: variables.get(each) for each in of_all} == of_all
