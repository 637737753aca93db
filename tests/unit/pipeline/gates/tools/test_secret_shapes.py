"""Secrets by their shape, in the open and in base64."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.tools.secret_shapes import secrets_in, secrets_in_bytes

# Put together here, so that this file itself holds no secret.
ACCESS_KEY = "AKIA" + "QYLPMN5HHHFPZAM2"
PRIVATE_KEY = "-----BEGIN RSA " + "PRIVATE KEY-----\nxcFGBF\n"
TOKENS = {
    "GitHub token": "gh" + "p_" + "A1b2" * 9,
    "GitLab token": "gl" + "pat-" + "A1b2" * 5,
    "npm token": "np" + "m_" + "A1b2" * 9,
    "PyPI token": "py" + "pi-" + "A1b2" * 13,
    "Google API key": "AI" + "za" + "A1b2" * 8 + "A1b",
    "Anthropic API key": "sk" + "-ant-api03-" + "A1b2" * 9,
    "OpenAI API key": "sk" + "-proj-" + "A1b2" * 9,
    "OpenAI API key (older)": "sk" + "-" + "A1b2" * 5 + "T3" + "BlbkFJ" + "A1b2" * 5,
    "Hugging Face token": "h" + "f_" + "AbCd" * 8 + "Ef",
    "Docker token": "dckr" + "_pat_" + "A1b2" * 6 + "A1b",
    "SendGrid API key": "S" + "G." + "A1b2" * 5 + "A1" + "." + "A1b2" * 10 + "A1b",
    "Discord bot token": "M" + "A1b2" * 6 + ".A1b2" + "A1." + "A1b2" * 6 + "A1b",
    "password in an address": "postgres://" + "ann:" + "A1b2c3d4@db.example.com/x",
}


def wrapped(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("kind", TOKENS)
def test_a_token_is_told_by_its_prefix(kind: str) -> None:
    assert list(secrets_in(f'a = 1\ntoken = "{TOKENS[kind]}"\n')) == [(2, kind.partition(" (")[0])]


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", "PGP "])
def test_a_private_key_of_any_kind_is_told_by_its_first_line_wherever_it_stands(kind: str) -> None:
    block = " BLOCK" if kind == "PGP " else ""
    first = f"-----BEGIN {kind}" + f"PRIVATE KEY{block}-----"
    assert list(secrets_in(f"# mine\n{first}\nxcFGBF\n")) == [(2, "private key")]
    assert list(secrets_in(f'{{"key": "{first}\\nxcFGBF"}}')) == [(1, "private key")]


@pytest.mark.parametrize("what", ["PUBLIC KEY", "PGP PUBLIC KEY BLOCK", "CERTIFICATE"])
def test_what_everybody_may_have_is_no_private_key(what: str) -> None:
    assert list(secrets_in(f"-----BEGIN {what}-----\nxcFGBF\n")) == []


@pytest.mark.parametrize(
    ("secret", "kind"),
    [
        (ACCESS_KEY, "AWS access key"),
        (f"[default]\nkey = {ACCESS_KEY}", "AWS access key"),
        (PRIVATE_KEY, "private key"),
        (TOKENS["GitHub token"], "GitHub token"),
    ],
)
def test_a_key_in_base64_is_seen_in_either_alphabet(secret: str, kind: str) -> None:
    assert list(secrets_in(f"a = 1\nB = '{wrapped(secret)}'\n")) == [(2, f"{kind}, wrapped in base64")]
    safe = base64.urlsafe_b64encode(secret.encode()).decode().rstrip("=")
    assert list(secrets_in(f'"{safe}"')) == [(1, f"{kind}, wrapped in base64")]


@pytest.mark.parametrize(
    "text",
    [
        "ghp_short",
        "hf_hub_download",
        "hf_short",
        "dckr_pat_short",
        "task-" + "A1b2" * 5,
        "SG.short.also",
        "npm_config_registry",
        "AKIAIOSFODNN7EXAMPLE",
        "sha512-" + "A1b2" * 20,
        "https://$USER:" + "$PASSWORD@x.org",
        "a://b:" + "c@d",
    ],
)
def test_what_only_looks_like_it_is_none(text: str) -> None:
    assert list(secrets_in(text)) == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_a_secret_in_utf_16_is_seen(encoding: str) -> None:
    assert list(secrets_in_bytes(f"key = {ACCESS_KEY}".encode(encoding))) == ["AWS access key"]


def test_a_secret_between_bytes_is_seen() -> None:
    assert list(secrets_in_bytes(b"\xff\xfe\x00\x01" + ACCESS_KEY.encode() + b"\x00")) == ["AWS access key"]


@given(st.text(max_size=200))
def test_other_text_in_base64_is_no_secret(text: str) -> None:
    assert list(secrets_in(wrapped(text))) == []


@given(st.text())
def test_no_text_stops_the_search(text: str) -> None:
    list(secrets_in(text))
