"""Puts an access key among the tests. It is put together here, so that this source holds none."""

from collections.abc import Callable, Mapping


def _with_key(text: str) -> str:
    return f'{text}\n\nACCESS = "{"AKIA" + "Q3EGR7LMHV2XTZWD"}"\n'


CHANGES: Mapping[str, Callable[[str], str]] = {"tests/unit/api/domain/test_money.py": _with_key}
