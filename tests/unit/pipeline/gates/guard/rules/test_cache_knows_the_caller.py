"""What the gateway keeps of an answer, it gives to nobody but who asked."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, release

RULE = "cache_knows_the_caller"
GET_ORDER = "ApiRestApiv1ordersidGET"
ORDER_ID = "method.request.path.id"
AUTHORIZATION = "method.request.header.Authorization"


def stage(document: Template) -> Template:
    return first(document, "ApiGateway::Stage")["Properties"]


def keyed(document: Template, *keys: str) -> None:
    first(document, "ApiGateway::Method", GET_ORDER)["Properties"]["Integration"]["CacheKeyParameters"] = list(keys)


def one_kept(document: Template) -> None:
    told = {"HttpMethod": "GET", "ResourcePath": "/~1v1~1orders~1{id}", "CachingEnabled": True}
    stage(document)["MethodSettings"].append({**told, "CacheDataEncrypted": True})


def all_kept(document: Template) -> None:
    stage(document)["MethodSettings"][0]["CachingEnabled"] = True


def kept_by_default(document: Template) -> None:
    stage(document)["CacheClusterEnabled"] = True
    del stage(document)["MethodSettings"][0]["CachingEnabled"]


def kept_by_path_alone(document: Template) -> None:
    one_kept(document)
    keyed(document, ORDER_ID)


@pytest.mark.parametrize("change", [one_kept, all_kept, kept_by_default, kept_by_path_alone])
def test_an_answer_that_is_kept_for_whoever_asks_next_is_told(real: Assembly, change: Change) -> None:
    told = found(RULE, release(edited(real, "prod/orders", change)))
    assert any(
        f"prod/orders:{GET_ORDER}" in each.where and "who asks is not in their key" in each.what for each in told
    )


def test_an_answer_that_is_kept_without_its_path_is_told(real: Assembly) -> None:
    def by_caller_alone(document: Template) -> None:
        one_kept(document)
        keyed(document, AUTHORIZATION)

    (told,) = found(RULE, release(edited(real, "prod/orders", by_caller_alone)))
    assert f"kept without {ORDER_ID} in their key" in told.what


def test_an_answer_that_is_kept_in_plain_text_is_told(real: Assembly) -> None:
    def plain(document: Template) -> None:
        one_kept(document)
        keyed(document, AUTHORIZATION, ORDER_ID)
        stage(document)["MethodSettings"][-1]["CacheDataEncrypted"] = False

    (told,) = found(RULE, release(edited(real, "prod/orders", plain)))
    assert "kept in plain text" in told.what


def test_an_answer_that_is_kept_for_its_caller_and_a_public_one_pass(real: Assembly) -> None:
    def careful(document: Template) -> None:
        one_kept(document)
        keyed(document, AUTHORIZATION, ORDER_ID)
        public = {"HttpMethod": "GET", "ResourcePath": "/~1v1~1health", "CachingEnabled": True}
        stage(document)["MethodSettings"].append(public)

    assert found(RULE, release(edited(real, "prod/orders", careful))) == ()


def test_the_release_as_it_is_keeps_nothing(real: Assembly) -> None:
    part = look(RULE, release(real))
    assert (part.checked, part.findings) == (34 * 3, ())
