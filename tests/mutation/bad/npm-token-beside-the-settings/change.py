"""Puts a token of npm into .npmrc. It is put together here, so that this source holds none."""

import base64
import hashlib
from collections.abc import Callable, Mapping


def _token() -> str:
    made = base64.b64encode(hashlib.sha512(b"no token of anybody").digest()).decode()
    return "npm" + "_" + "".join(letter for letter in made if letter.isalnum())[:36]


def _settings(text: str) -> str:
    return f"{text}//registry.npmjs.org/:_authToken={_token()}\n"


CHANGES: Mapping[str, Callable[[str], str]] = {".npmrc": _settings}
