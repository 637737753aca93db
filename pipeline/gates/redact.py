"""Masks what must never be printed or kept: tokens, access keys, private keys, passwords in URLs.

Tools that find secrets like to show them. This is the last net, under everything that a gate writes; the first is
not to carry secrets in findings at all.
"""

import re

MASK = "[masked]"

_SECRETS = (
    re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?"),  # a JSON web token
    re.compile(r"\b(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}\b"),  # AWS's prefixes of identifiers
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
    re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"),
    re.compile(r"(?i)(?<=bearer )[A-Za-z0-9._~+/-]{12,}=*"),
    re.compile(r"\bgh[pousr]_[A-Za-z0-9]{20,}\b"),
)


def redact(text: str) -> str:
    """`text` with every secret that has a known shape replaced by `[masked]`."""
    for shape in _SECRETS:
        text = shape.sub(MASK, text)
    return text
