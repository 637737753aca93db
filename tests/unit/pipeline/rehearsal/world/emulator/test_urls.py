"""Addresses of APIs."""

import string

from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.emulator.inside.api_address import address_of
from pipeline.rehearsal.world.emulator.urls import local_url

ids = st.text(string.ascii_lowercase + string.digits, min_size=8, max_size=10)
HERE = "https://127.0.0.1:4711"
names = st.text(string.ascii_lowercase, min_size=1, max_size=8)


def test_an_address_of_aws_becomes_one_of_this_machine_wherever_it_stands() -> None:
    text = '{"ApiUrl": "https://ab12cd34.execute-api.eu-west-1.amazonaws.com/prod/v1/products?x=1", "Other": "kept"}'
    assert local_url(text, HERE) == (
        '{"ApiUrl": "https://127.0.0.1:4711/restapis/ab12cd34/prod/_user_request_/v1/products?x=1", "Other": "kept"}'
    )


def test_the_token_endpoint_of_any_pool_is_one_path_of_this_machine() -> None:
    url = "https://orders-beta-222222222222.auth.eu-west-1.amazoncognito.com/oauth2/token"
    assert local_url(f"TokenUrl={url}", HERE) == "TokenUrl=https://127.0.0.1:4711/oauth2/token"
    assert local_url("https://elsewhere.example.com/oauth2/token", HERE) == "https://elsewhere.example.com/oauth2/token"


def test_other_addresses_stay_as_they_are() -> None:
    for text in ("https://example.com/prod", "arn:aws:execute-api:eu-west-1:1:ab12cd34/prod", ""):
        assert local_url(text, HERE) == text


@given(ids, names, names)
def test_what_is_made_local_means_the_same_stage_and_path(api: str, stage: str, path: str) -> None:
    url = local_url(f"https://{api}.execute-api.eu-west-1.amazonaws.com/{stage}/{path}", HERE)
    assert address_of("127.0.0.1", url.removeprefix(HERE)) == (api, stage, f"/{path}")


@given(ids, names, names)
def test_the_host_that_aws_gives_an_api_means_the_same_too(api: str, stage: str, path: str) -> None:
    assert address_of(f"{api}.execute-api.localhost:80", f"/{stage}/{path}") == (api, stage, f"/{path}")


def test_a_request_to_a_service_means_no_api() -> None:
    for host, path in (("127.0.0.1", "/"), ("s3.localhost", "/bucket/key"), ("127.0.0.1", "/restapis/ab12cd34")):
        assert address_of(host, path) is None
