"""Names actions/checkout by the tag that stands in its comment."""

import re
from collections.abc import Callable, Mapping


def _by_tag(text: str) -> str:
    return re.sub(r"(actions/checkout)@[0-9a-f]{40} # (v[\d.]+)", r"\1@\2", text)


CHANGES: Mapping[str, Callable[[str], str]] = {".github/workflows/pull-request.yml": _by_tag}
