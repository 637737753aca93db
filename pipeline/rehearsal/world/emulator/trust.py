"""Whom clients of the emulator trust where it speaks TLS: the authority of this one run, and nobody else.

Standard library only: both sides use this.
"""

import http.client
import ssl
from collections.abc import Mapping
from pathlib import Path

_FOLDER = "tls"


def authority_of(folder: Path) -> Path:
    """Where the emulator that keeps its things in `folder` writes its authority's certificate, as PEM."""
    return folder / _FOLDER / "authority.pem"


def variables(authority: Path) -> dict[str, str]:
    """What has a process trust the authority alone: AWS's SDKs by the first, all else that asks OpenSSL by the others.

    OpenSSL looks into a folder besides the file: ours holds nothing by the names that it looks for.
    """
    return {
        "AWS_CA_BUNDLE": str(authority),
        "SSL_CERT_FILE": str(authority),
        "SSL_CERT_DIR": str(authority.parent),
    }


def replaced(environment: Mapping[str, str]) -> dict[str, str]:
    """The `variables` for a program that speaks to nobody but the world to which `environment` leads; none for HTTP."""
    bundle = environment.get("AWS_CA_BUNDLE")
    return variables(Path(bundle)) if bundle else {}


def connection(port: int, authority: Path | None, timeout: float) -> http.client.HTTPConnection:
    """A connection to a port of this machine; over TLS where there is an `authority`. Not open yet."""
    if authority is None:
        return http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    trusted = ssl.create_default_context(cafile=authority)
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=timeout, context=trusted)
