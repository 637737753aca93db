"""Secrets told by shape, where checkov does not look: newer tokens, all private keys, and all of them wrapped. Pure."""

import re
from collections.abc import Iterator

from detect_secrets.plugins.discord import DiscordBotTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector

from pipeline.gates.tools.secret_encodings import unpacked, wrapped_in

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
# These are found in the open, by checkov and by the last of the above; wrapped or cut off they look like this. What
# ends in EXAMPLE is AWS's own way to write a key that is none.
_KEYS = {
    "AWS access key": re.compile(rb"(?<![A-Z0-9])(?:AKIA|ASIA)(?![A-Z0-9]{9}EXAMPLE)[A-Z0-9]{16}(?![A-Z0-9])"),
    "AWS secret access key": re.compile(
        rb"(?i:secret_?access_?key)\W{1,5}(?![A-Za-z0-9/+]+EXAMPLEKEY)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])"
    ),
    "private key": re.compile(
        rb"-----BEGIN [A-Z ]*PRIVATE KEY"
        # The same without its first line: PKCS #1 and #8 for RSA (RFC 8017, 5958), SEC 1 (RFC 5915), OpenSSH's own.
        rb"|0\x82..\x02\x01\x00(?:\x02\x82|0\x0d\x06\x09\*\x86H\x86\xf7\x0d\x01\x01\x01)"
        rb"|0[\x74-\x81].?\x02\x01\x01\x04[\x20\x30\x42]|openssh-key-v1\0",
        re.DOTALL,
    ),
    "Slack token": re.compile(rb"\bxox[abprs]-[A-Za-z0-9-]{20,}"),
    "Stripe key": re.compile(rb"\b[rs]k_live_[A-Za-z0-9]{16,}"),
}
_WRAPPED = {**_TOKENS, **_KEYS, "private key": _KEYS["private key"]}


def secrets_in(text: str) -> Iterator[tuple[int, str]]:
    """The line (from 1) and kind of every secret in `text`, in the open or wrapped."""
    for number, line in enumerate(text.splitlines(), start=1):
        for kind, shape in _TOKENS.items():
            if shape.search(line.encode(errors="replace")):
                yield number, kind
    told: dict[tuple[int, str], str] = {}
    for each in wrapped_in(text):
        for kind in _kinds_in(each.content):
            known = told.setdefault((each.number, kind), each.wrapping)
            told[each.number, kind] = min(known, each.wrapping, key=len)
    yield from ((number, f"{kind}, wrapped in {wrapping}") for (number, kind), wrapping in sorted(told.items()))


def secrets_in_bytes(content: bytes) -> Iterator[str]:
    """The kind of every secret in what is no UTF-8 text: as it stands, unpacked, and without the NULs of UTF-16."""
    yield from _kinds_in(content)
    for name, inner in unpacked(content):
        yield from (f"{kind}, wrapped in {name}" for kind in _kinds_in(inner))


def _kinds_in(content: bytes) -> list[str]:
    narrow = content.replace(b"\0", b"")
    return [kind for kind, shape in _WRAPPED.items() if shape.search(content) or shape.search(narrow)]
