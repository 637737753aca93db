"""A certificate authority for one run, and the server's certificate: made at the start, gone with the run's folder.

The authority may speak for this machine alone (RFC 5280, 4.2.1.10) and its key is kept nowhere, so that it can sign
nothing more. P-256 has the cheapest handshakes of what every client knows.
"""

import ipaddress
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from pipeline.rehearsal.world.emulator.trust import authority_of

LIFE = timedelta(days=7)
EARLIER = timedelta(minutes=5)
"""Before now: a clock that is set while a run goes on must not make its certificates ones of the future."""
ADDRESS, NAME = ipaddress.ip_address("127.0.0.1"), "localhost"


@dataclass(frozen=True)
class ServerFiles:
    """What a server is given: its certificate, and its key, which nobody but its owner may read. Both as PEM."""

    certificate: Path
    key: Path


def make(folder: Path) -> ServerFiles:
    """Make an authority and a server's certificate for an emulator that keeps its things in `folder`."""
    authority = authority_of(folder)
    authority.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = ServerFiles(authority.with_name("server.pem"), authority.with_name("server.key"))
    now = datetime.now(UTC)
    root, root_key = _root(now)
    own_key = ec.generate_private_key(ec.SECP256R1())
    own = _server(own_key.public_key(), root, root_key, now)
    authority.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    files.certificate.write_bytes(own.public_bytes(serialization.Encoding.PEM))
    _write_privately(files.key, own_key)
    return files


def _root(now: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "slipway, one run of a local cloud")])
    here = x509.NameConstraints([x509.IPAddress(ipaddress.ip_network(ADDRESS)), x509.DNSName(NAME)], None)
    made = (
        _begun(named, named, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(here, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return made.sign(key, hashes.SHA256()), key


def _server(
    public: ec.EllipticCurvePublicKey, root: x509.Certificate, root_key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.Certificate:
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    answers_as = x509.SubjectAlternativeName([x509.IPAddress(ADDRESS), x509.DNSName(NAME)])
    by = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    made = (
        _begun(named, root.subject, public, now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(answers_as, critical=False)
        .add_extension(by, critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )
    return made.sign(root_key, hashes.SHA256())


def _begun(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + LIFE)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write_privately(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(text)
