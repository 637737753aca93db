"""Puts a private key among the tests. It is put together here, so that this source holds none."""

import base64
import hashlib
from collections.abc import Callable, Mapping


def _with_key(text: str) -> str:
    parts = [hashlib.sha256(bytes([number])).digest() + b"slipway-example!" for number in range(12)]
    lines = [base64.b64encode(part).decode() for part in parts]
    name = "RSA PRIVATE" + " KEY"
    return "\n".join([f'{text}\n\nSIGNS = """-----BEGIN {name}-----', *lines, f'-----END {name}-----"""\n'])


CHANGES: Mapping[str, Callable[[str], str]] = {"tests/unit/api/domain/test_money.py": _with_key}
