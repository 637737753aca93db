"""Where grants are enforced TLS alone is spoken, by an authority of the one run: who trusts others is not served."""

import http.client
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import SSLError
from botocore.session import get_session

from pipeline.rehearsal.world.emulator.inside import certificates
from pipeline.rehearsal.world.emulator.trust import authority_of
from pipeline.rehearsal.world.emulator.world import EmulatorWorld

pytestmark = pytest.mark.emulator

HEALTH = b"GET /_ministack/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


def trusted(world: EmulatorWorld) -> ssl.SSLContext:
    assert world.authority is not None
    return ssl.create_default_context(cafile=world.authority)


def greet(world: EmulatorWorld, trusts: ssl.SSLContext, name: str = "127.0.0.1") -> str | None:
    """Shake hands; the version of TLS that was agreed on."""
    with (
        socket.create_connection(("127.0.0.1", world.port), timeout=10) as plain,
        trusts.wrap_socket(plain, server_hostname=name) as safe,
    ):
        return safe.version()


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_who_trusts_its_authority_is_answered(strict: EmulatorWorld, name: str) -> None:
    assert greet(strict, trusted(strict), name) == "TLSv1.3"
    connection = http.client.HTTPSConnection("127.0.0.1", strict.port, context=trusted(strict), timeout=10)
    connection.request("GET", "/_ministack/health")
    assert connection.getresponse().status == 200
    connection.close()


def test_another_name_than_its_own_is_not_believed(strict: EmulatorWorld) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        greet(strict, trusted(strict), "sqs.eu-west-1.amazonaws.com")


def test_who_trusts_what_the_machine_trusts_finds_a_stranger(strict: EmulatorWorld) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        greet(strict, ssl.create_default_context())


def test_who_trusts_the_authority_of_another_run_finds_a_stranger(strict: EmulatorWorld, tmp_path: Path) -> None:
    certificates.make(tmp_path)
    another = authority_of(tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError):
        greet(strict, ssl.create_default_context(cafile=another))
    sdk: Any = get_session().create_client(
        "sqs",
        region_name="eu-west-1",
        endpoint_url=strict.endpoint,
        verify=str(another),
        aws_access_key_id="222222222222",
        aws_secret_access_key="local",
    )
    with pytest.raises(SSLError):
        sdk.list_queues()


def test_plain_http_gets_no_answer(strict: EmulatorWorld) -> None:
    with socket.create_connection(("127.0.0.1", strict.port), timeout=10) as plain:
        plain.sendall(HEALTH)
        assert b"HTTP" not in b"".join(iter(lambda: plain.recv(4096), b""))


def test_tls_before_1_2_is_not_spoken(strict: EmulatorWorld) -> None:
    old = trusted(strict)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    assert greet(strict, old) == "TLSv1.2"
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError):
        greet(strict, old)


def test_its_key_is_for_its_owner_alone_and_the_authority_s_is_nowhere(strict: EmulatorWorld) -> None:
    assert strict.authority is not None
    folder = strict.authority.parent
    assert folder.stat().st_mode & 0o777 == 0o700
    modes = {file.name: file.stat().st_mode & 0o077 for file in folder.iterdir()}
    assert modes.keys() == {"authority.pem", "server.pem", "server.key"}
    assert modes["server.key"] == 0
    assert b"PRIVATE" not in b"".join((folder / name).read_bytes() for name in ("authority.pem", "server.pem"))


def test_without_strict_there_is_none_of_it(world: EmulatorWorld) -> None:
    assert world.authority is None
    assert world.endpoint.startswith("http://")
    assert "AWS_CA_BUNDLE" not in world.environment("222222222222", "eu-west-1")


def test_children_are_told_whom_to_trust(strict: EmulatorWorld) -> None:
    told = strict.environment("222222222222", "eu-west-1")
    assert (told["AWS_ENDPOINT_URL"], told["AWS_CA_BUNDLE"]) == (strict.endpoint, str(strict.authority))
    assert strict.endpoint == f"https://127.0.0.1:{strict.port}"
