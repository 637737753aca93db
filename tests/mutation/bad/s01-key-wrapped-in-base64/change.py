"""Puts an access key in base64 among the tests. It is put together here, so that this source holds none."""

import base64
from collections.abc import Callable, Mapping


def _with_key(text: str) -> str:
    wrapped = base64.b64encode(b"aws_access_key_id = " + b"AKIA" + b"Q3EGR7LMHV2XTZWD").decode()
    return f'{text}\n\nSETTINGS = "{wrapped}"\n'


CHANGES: Mapping[str, Callable[[str], str]] = {"tests/unit/api/domain/test_money.py": _with_key}
