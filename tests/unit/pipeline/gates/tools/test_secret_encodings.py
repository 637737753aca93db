"""What is wrapped in a text, however it is written down."""

import base64
import bz2
import gzip
import io
import json
import lzma
import textwrap
import zipfile
import zlib
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.gates.tools.secret_encodings import unpacked, unwrapped, wrapped_in
from pipeline.gates.tools.secret_shapes import secrets_in

# Put together here, so that this file itself holds no secret.
ACCESS_KEY = "AKIA" + "QYLPMN5HHHFPZAM2"
HEADER = "-----BEGIN RSA " + "PRIVATE KEY-----"
PEM = "\n".join((HEADER, *("xcFGBFzA" + f"{number:03}" * 15 for number in range(12)), ""))


def b64(content: str | bytes) -> str:
    return base64.b64encode(content.encode() if isinstance(content, str) else content).decode()


def folded(text: str, width: int = 44) -> list[str]:
    return textwrap.wrap(text, width)


def kinds(text: str) -> set[str]:
    return {kind for _, kind in secrets_in(text)}


def zipped(content: str) -> bytes:
    with zipfile.ZipFile(packed := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("key.pem", content)
    return packed.getvalue()


HELD = {
    "python, added up": lambda word: "KEY = (\n" + "\n".join(f'    "{part}"' for part in folded(word)) + "\n)\n",
    "python, with plus": lambda word: 'k = "a"\nKEY = ' + " + \\\n    ".join(f"'{part}'" for part in folded(word)),
    "python, in one line": lambda word: "KEY = " + " + ".join(f"b'{part}'" for part in folded(word)),
    "python, a triple string": lambda word: 'KEY = """\n' + "\n".join(folded(word)) + '\n"""\n',
    "yaml, folded": lambda word: "key: >-\n" + "\n".join(f"      {part}" for part in folded(word)) + "\nmore: 1\n",
    "yaml, a list": lambda word: "key:\n" + "\n".join(f"  - {part}" for part in folded(word)),
    "json": lambda word: json.dumps({"a": 1, "key": word}),
    "json, a list": lambda word: json.dumps({"key": folded(word)}, indent=2),
    "json, with newlines": lambda word: json.dumps({"key": "\n".join(folded(word, 64))}),
    "notebook": lambda word: json.dumps(
        {"cells": [{"source": ["KEY = '''\n", *(f"{part}\n" for part in folded(word)), "'''\n"]}]}, indent=1
    ),
    "shell": lambda word: "KEY=" + "\\\n".join(folded(word)) + "\nexport KEY\n",
    "shell, a document": lambda word: "base64 -d <<END >key\n" + "\n".join(folded(word, 76)) + "\nEND\n",
    "markdown": lambda word: "The key:\n\n```\n" + "\n".join(folded(word, 76)) + "\n```\n",
    "markdown, quoted": lambda word: "The key:\n\n" + "\n".join(f"> {part}" for part in folded(word, 76)) + "\n",
    "comment": lambda word: "x = 1\n" + "\n".join(f"# {part}" for part in folded(word)) + "\ny = 2\n",
    "dotenv": lambda word: f"KEY={word}\n",
}


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize(("secret", "kind"), [(PEM, "private key"), (f"[me]\naws = {ACCESS_KEY}\n", "AWS access key")])
def test_a_key_in_base64_is_seen_however_it_is_folded(held: str, secret: str, kind: str) -> None:
    assert f"{kind}, wrapped in base64" in kinds(HELD[held](b64(secret)))


WRAPPINGS = {
    "base64": b64(PEM),
    "base32": base64.b32encode(PEM.encode()).decode().rstrip("="),
    "hex": PEM.encode().hex(),
    "hex ": PEM.encode().hex(":"),
    "hex  ": ", ".join(f"0x{byte:02x}" for byte in PEM.encode()),
    "hex   ": "".join(f"\\x{byte:02x}" for byte in PEM.encode()),
    "numbers": str(list(PEM.encode())),
    "percent signs": quote(PEM),
    "percent signs ": quote_plus(PEM),
    "percent signs  ": "".join(f"%{byte:02X}" for byte in PEM.encode()),
    "escapes": "".join(f"\\u{byte:04x}" for byte in PEM.encode()),
    "escapes ": "".join(f"&#{byte};" for byte in PEM.encode()),
    "gzip in base64": b64(gzip.compress(PEM.encode())),
    "zlib in base64": b64(zlib.compress(PEM.encode())),
    "bzip2 in base64": b64(bz2.compress(PEM.encode())),
    "xz in base64": b64(lzma.compress(PEM.encode())),
    "zip in base64": b64(zipped(PEM)),
    "gzip in hex": gzip.compress(PEM.encode()).hex(),
    "base64 in base64": b64(b64(PEM)),
    "hex in base64": b64(PEM.encode().hex()),
    "base64 in percent signs": "".join(f"%{byte:02x}" for byte in b64(PEM).encode()),
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_a_key_is_seen_through_its_wrapping(wrapping: str) -> None:
    assert f"private key, wrapped in {wrapping.strip()}" in kinds(f'x = 1\nkey = "{WRAPPINGS[wrapping]}"\n')


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_a_key_in_a_wide_encoding_in_base64_is_seen(encoding: str) -> None:
    assert "private key, wrapped in base64" in kinds(b64(PEM.encode(encoding)))


# How the keys begin that openssl and ssh-keygen write, without the lines around them.
BARE = {
    "PKCS #1": b"0\x82\x04\xa4" + bytes.fromhex("0201000282010100" + "c7" * 60),
    "PKCS #8": b"0\x82\x04\xbd" + bytes.fromhex("020100300d06092a864886f70d0101010500048204a7" + "c7" * 60),
    "SEC 1": bytes.fromhex("307702010104" + "20" + "c7" * 60),
    "OpenSSH": b"openssh-key-v1\0" + b"\xc7" * 60,
}


@pytest.mark.parametrize("kind", BARE)
def test_a_private_key_without_its_first_line_is_seen(kind: str) -> None:
    assert "private key, wrapped in base64" in kinds("\n".join(folded(b64(BARE[kind]), 64)))


def test_a_public_key_is_none() -> None:
    public = bytes.fromhex("30820122300d06092a864886f70d01010105000382010f00" + "c7" * 60)
    assert kinds("\n".join(folded(b64(public), 64))) == set()


@pytest.mark.parametrize(
    "shown", ["AKIA" + "IOSFODNN7EXAMPLE", "ASIA" + "IOSFODNN7EXAMPLE", "AKIA" + "I44QH8DHBEXAMPLE"]
)
def test_a_key_that_says_that_it_is_an_example_may_be_wrapped(shown: str) -> None:
    assert kinds(b64(f"[default]\naws_access_key_id = {shown}\n")) == set()


def test_the_line_told_is_that_where_the_word_begins() -> None:
    text = "a = 1\n\nkey = (\n" + "\n".join(f'  "{part}"' for part in folded(b64(PEM))) + "\n)\n"
    assert (4, "private key, wrapped in base64") in set(secrets_in(text))


def test_what_was_packed_is_read_so_far_and_no_further() -> None:
    ((_, inner),) = unpacked(gzip.compress(b"\0" * (1 << 24)))
    assert len(inner) == 1 << 20


@given(st.binary(max_size=60))
def test_what_is_wrapped_is_unwrapped(content: bytes) -> None:
    for wrap in (base64.b64encode, base64.urlsafe_b64encode):
        assert unwrapped(wrap(content).decode()) == unwrapped(wrap(content).decode().rstrip("=")) == content


@given(st.text(), st.text("AZ27az09+/=-_\"' \n\\,%x&#;", max_size=400))
@example("", "A" * 32)
def test_no_text_stops_the_search(text: str, words: str) -> None:
    for each in wrapped_in(text + words):
        assert 1 <= each.number <= (text + words).count("\n") + len(text.splitlines()) + 1


@given(st.binary(max_size=200))
def test_no_bytes_stop_the_unpacking(content: bytes) -> None:
    for magic in (b"", b"\x1f\x8b\x08", b"\x78", b"BZh", b"\xfd7zXZ\x00", b"PK\x03\x04"):
        list(unpacked(magic + content))
