"""The authority of one run, and its server's certificate."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from pipeline.rehearsal.world.emulator.inside import certificates
from pipeline.rehearsal.world.emulator.trust import authority_of


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_the_server_s_certificate_is_its_authority_s_and_for_this_machine_alone(tmp_path: Path) -> None:
    files = certificates.make(tmp_path)
    root, own = read(authority_of(tmp_path)), read(files.certificate)
    own.verify_directly_issued_by(root)
    names = own.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address("127.0.0.1")]
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert own.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False


def test_the_authority_may_speak_for_nothing_else_and_make_no_other(tmp_path: Path) -> None:
    certificates.make(tmp_path)
    found = read(authority_of(tmp_path)).extensions
    limits = found.get_extension_for_class(x509.NameConstraints)
    assert limits.critical
    assert limits.value.permitted_subtrees == [
        x509.IPAddress(ipaddress.ip_network("127.0.0.1/32")),
        x509.DNSName("localhost"),
    ]
    assert found.get_extension_for_class(x509.BasicConstraints).value == x509.BasicConstraints(ca=True, path_length=0)


def test_both_are_short_lived_and_their_handshakes_cheap(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    files = certificates.make(tmp_path)
    for each in (read(authority_of(tmp_path)), read(files.certificate)):
        assert now - timedelta(hours=1) < each.not_valid_before_utc < now
        assert now < each.not_valid_after_utc < now + timedelta(days=8)
        key = each.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        assert isinstance(key.curve, ec.SECP256R1)


def test_the_key_is_for_its_owner_alone_and_the_certificate_s_own(tmp_path: Path) -> None:
    files = certificates.make(tmp_path)
    assert files.key.stat().st_mode & 0o777 == 0o600
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(files.certificate, files.key)


def test_no_two_runs_have_the_same(tmp_path: Path) -> None:
    certificates.make(tmp_path)
    first = authority_of(tmp_path).read_bytes()
    certificates.make(tmp_path)
    assert authority_of(tmp_path).read_bytes() != first
