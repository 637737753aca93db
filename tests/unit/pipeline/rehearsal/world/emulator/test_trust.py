"""Whom clients of the emulator trust."""

import http.client
from pathlib import Path

import pytest

from pipeline.rehearsal.world.emulator.trust import authority_of, connection, replaced, variables
from tests.support.https_server import https_server


def test_an_emulator_s_authority_lies_in_its_folder() -> None:
    assert authority_of(Path("/run/world")) == Path("/run/world/tls/authority.pem")


def test_a_program_that_speaks_to_the_world_alone_trusts_nobody_else() -> None:
    told = variables(Path("/tls/authority.pem"))
    assert told == {
        "AWS_CA_BUNDLE": "/tls/authority.pem",
        "SSL_CERT_FILE": "/tls/authority.pem",
        "SSL_CERT_DIR": "/tls",
    }
    assert replaced({"AWS_CA_BUNDLE": "/tls/authority.pem"}) == told
    assert replaced({"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}) == {}


def test_without_an_authority_it_is_plain_http() -> None:
    plain = connection(1, None, 1.0)
    assert not isinstance(plain, http.client.HTTPSConnection)


def test_with_one_it_is_tls_and_no_stranger_is_believed(tmp_path: Path) -> None:
    with https_server(tmp_path / "own") as own, https_server(tmp_path / "another") as another:
        port = int(own.url.rpartition(":")[2])
        known = connection(port, own.authority, 5.0)
        known.request("GET", "/")
        assert known.getresponse().status == 200
        known.close()
        with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
            connection(port, another.authority, 5.0).request("GET", "/")
