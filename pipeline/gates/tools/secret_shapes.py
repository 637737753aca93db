"""Secrets told by shape, where checkov does not look: newer tokens, all private keys, and both in base64. Pure."""

import base64
import re
from collections.abc import Iterator

from detect_secrets.plugins.discord import DiscordBotTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector

# Prefixes that the issuers chose so that scanners can find what leaked.
_TOKENS = {
    "GitHub token": re.compile(rb"\bgh[pousr]_[A-Za-z0-9]{36,}\b"),
    "GitHub fine-grained token": re.compile(rb"\bgithub_pat_[A-Za-z0-9_]{40,}\b"),
    "GitLab token": re.compile(rb"\bglpat-[A-Za-z0-9_-]{20,}"),
    "npm token": re.compile(rb"\bnpm_[A-Za-z0-9]{36}\b"),
    "PyPI token": re.compile(rb"\bpypi-[A-Za-z0-9_-]{50,}"),
    "Google API key": re.compile(rb"\bAIza[A-Za-z0-9_-]{35}\b"),
    "Anthropic API key": re.compile(rb"\bsk-ant-[A-Za-z0-9_-]{20,}"),
    "OpenAI API key": re.compile(
        rb"\bsk-(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,}|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}\b)"
    ),
    "Hugging Face token": re.compile(rb"\b(?:hf|api_org)_[A-Za-z0-9]{34,}\b"),
    "Docker token": re.compile(rb"\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}"),
    # checkov knows fewer kinds, and looks past the first line in small files alone.
    "private key": re.compile(rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----"),
    # These detectors come with checkov, which does not turn them on.
    "Discord bot token": re.compile(DiscordBotTokenDetector.denylist[0].pattern.encode()),
    "SendGrid API key": re.compile(SendGridDetector.denylist[0].pattern.encode()),
    # What begins with $ or { is a variable's name, which a document may show.
    "password in an address": re.compile(
        rb"\b[a-z][a-z0-9+.-]*://[^/\s:@\"'<>]+:[^/\s:@\"'<>${][^/\s:@\"'<>]{5,}@[\w\[]"
    ),
}
# These are found in the open, the first by checkov and the other above; wrapped or cut off they look like this.
_KEYS = {
    "AWS access key": re.compile(rb"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "private key": re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY"),
}
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")


def secrets_in(text: str) -> Iterator[tuple[int, str]]:
    """The line (from 1) and kind of every secret in `text`."""
    for number, line in enumerate(text.splitlines(), start=1):
        for kind, shape in _TOKENS.items():
            if shape.search(line.encode(errors="replace")):
                yield number, kind
        for kind in sorted({kind for word in _BASE64.findall(line) for kind in _wrapped(word)}):
            yield number, f"{kind}, wrapped in base64"


def secrets_in_bytes(content: bytes) -> Iterator[str]:
    """The kind of every secret in what is no UTF-8 text: as it stands, and without the NULs that UTF-16 has."""
    for kind, shape in {**_TOKENS, **_KEYS}.items():
        if shape.search(content) or shape.search(content.replace(b"\0", b"")):
            yield kind


def _wrapped(word: str) -> Iterator[str]:
    content = unwrapped(word)
    for kind, shape in {**_TOKENS, **_KEYS}.items():
        if shape.search(content):
            yield kind


def unwrapped(word: str) -> bytes:
    """What a word of base64's letters, in either alphabet and with or without its padding, says."""
    standard = word.rstrip("=").translate(str.maketrans("-_", "+/"))
    whole = standard[:-1] if len(standard) % 4 == 1 else standard  # no bytes end like that: one letter is a stranger
    return base64.b64decode(whole + "=" * (-len(whole) % 4))
