"""Where packages come from: lines that name another place, and lines that install without hashes."""

from pathlib import PurePath

import pytest

from pipeline.gates.dependencies.sources import is_asked, sources_in


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("scripts/setup", 'pip install --require-hashes --extra-index-url "$X" -r a.txt'),
        ("scripts/setup", "export PIP_EXTRA_INDEX_URL=https://example.org/simple"),
        ("scripts/setup", "export UV_DEFAULT_INDEX=https://example.org/simple"),
        ("scripts/lock", "uv pip compile --index-strategy unsafe-best-match a.toml"),
        (".github/workflows/a.yml", "      UV_INDEX: https://example.org"),
        ("pip.conf", "extra-index-url = https://example.org/simple"),
        ("pyproject.toml", '[[tool.uv.index]]\nurl = "https://example.org"'),
        ("pyproject.toml", "[tool.uv.sources]"),
        (".npmrc", "registry=https://example.org"),
        (".npmrc", "@types:registry=https://example.org"),
        ("scripts/setup", "pip install --require-hashes git+https://example.org/x.git"),
        ("scripts/setup", "export UV_NO_VERIFY_HASHES=1"),
        ("scripts/setup", "export UV_PYTHON_DOWNLOADS_JSON_URL=https://example.org/list.json"),
        ("scripts/setup", "UV_PYTHON_INSTALL_MIRROR=https://example.org uv python install 3.13"),
        ("scripts/setup", "uv python install --mirror https://example.org 3.13"),
        ("uv.toml", 'index = [{ url = "https://example.org" }]'),
        (".npmrc", "https-proxy=http://example.org:3128"),
    ],
)
def test_another_place_is_found(name: str, line: str) -> None:
    found = list(sources_in(name, f"# set up\n{line}\n"))
    assert [(one.where, one.severity) for one in found][:1] == [(f"{name}:2", "high")]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("pyproject.toml", 'allow-insecure-host = ["pypi.org"]'),
        ("scripts/setup", "uv pip sync --require-hashes --allow-insecure-host pypi.org locks/a.txt"),
        ("scripts/setup", "curl -sSfk https://example.org/a -o a"),
        ("scripts/setup", "curl -o a --insecure https://example.org/a"),
        ("scripts/setup", "wget --no-check-certificate https://example.org/a"),
        ("scripts/setup", "export NODE_TLS_REJECT_UNAUTHORIZED=0"),
        (".github/workflows/a.yml", '      NODE_TLS_REJECT_UNAUTHORIZED: "0"'),
        ("scripts/setup", "export GIT_SSL_NO_VERIFY=1"),
        ("scripts/setup", "git config http.sslVerify false"),
        ("scripts/setup", "npm_config_strict_ssl=false npm ci"),
        (".npmrc", "strict-ssl=false"),
    ],
)
def test_whoever_is_taken_for_the_index_unasked_is_found(name: str, line: str) -> None:
    found = list(sources_in(name, f"# set up\n{line}\n"))
    assert [one.where for one in found if "does not ask who that is" in one.what] == [f"{name}:2"]


@pytest.mark.parametrize(
    "line",
    [
        "curl -sSf https://example.org/a -o kept-k",
        "curl --cacert k.pem https://example.org",
        "export NODE_TLS_REJECT_UNAUTHORIZED=1",
        "strict-ssl=true",
    ],
)
def test_whoever_asks_is_none(line: str) -> None:
    assert list(sources_in("scripts/setup", f"{line}\n")) == []


@pytest.mark.parametrize(
    "line",
    [
        "pip install -r locks/uv.txt",
        '"${UV}/bin/pip" install -q \\\n  -r locks/uv.txt',
        '"$UV" pip sync locks/development.txt',
        "uv sync --locked",
        "uvx ruff",
        "npm install",
        "npx cdk synth",
        '("uv", "pip", "install", "--quiet")',
    ],
)
def test_what_installs_without_hashes_is_found(line: str) -> None:
    assert [one.where for one in sources_in("scripts/setup", f"# set up\n\n{line}\n")] == ["scripts/setup:3"]


@pytest.mark.parametrize(
    "line",
    [
        '"${UV}/bin/pip" install -q \\\n  --require-hashes -r locks/uv.txt',
        "uv pip sync --require-hashes locks/a.txt",
        "# pip install x",
        "npm ci --silent",
        "uv pip compile --no-emit-index-url pyproject.toml",
        "pip --version",
    ],
)
def test_what_installs_from_the_lock_is_none(line: str) -> None:
    assert list(sources_in("scripts/setup", f"{line}\n")) == []


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("scripts/setup", True),
        (".github/workflows/a.yml", True),
        ("pyproject.toml", True),
        ("uv.toml", True),
        ("Dockerfile", True),
        ("pipeline/cloud/bundle.py", True),
        ("locks/lambda.txt", True),
        ("README.md", False),
        ("tests/fixtures/setup.sh", False),
        ("api/handlers/orders.py", False),
    ],
)
def test_only_what_decides_is_asked(name: str, asked: bool) -> None:
    assert is_asked(PurePath(name)) is asked
