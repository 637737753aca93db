"""What functions are told for their needs: each variable for one need, as api/needs.py says where one is missing."""

import pytest

from api.needs import NEEDS, TOLD, Needs
from pipeline.cloud.service.versioned_function import declared
from tests.synth.reading import Template
from tests.synth.test_service import function

SENDS = "sqs:SendMessage"
ELSEWHERE = {"authorizer"}
"""It is told the user pool for the issuer of its tokens, and asks nothing of it."""


def declares(needs: Needs, variable: str) -> bool:
    if variable.endswith("_QUEUE_URL"):
        return SENDS in needs.queues.get(variable.removesuffix("_QUEUE_URL").lower(), ())
    return bool(getattr(needs, TOLD[variable]))


@pytest.mark.parametrize("variable", TOLD)
def test_a_variable_is_told_to_those_alone_who_declare_its_need(template: Template, variable: str) -> None:
    told = {name for name in NEEDS if variable in function(template, name)["Environment"]["Variables"]}
    declared = {name for name, needs in NEEDS.items() if declares(needs, variable)}
    assert told - ELSEWHERE == declared


def test_a_function_of_which_nothing_is_said_is_not_synthesized() -> None:
    assert declared("mail") is NEEDS["mail"]
    with pytest.raises(ValueError, match=r"needs\.py says nothing of the function postman"):
        declared("postman")
