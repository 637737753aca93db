"""Programs that run as they come from the network."""

import pytest

from pipeline.gates.dependencies.fetched import fetched_in

RUNS, KEEPS = "LOCK runs whatever an address serves today", "LOCK fetches a file that no lock holds the hash of"


@pytest.mark.parametrize(
    "line",
    [
        "curl -fsSL https://get.example/install.sh | sh",
        "curl -fsSL 'https://get.example/i.sh?a=1&b=2' | sudo -E bash -s -- --yes",
        "curl -sSf https://get.example/install.sh \\\n  | env X=1 /bin/bash",
        "wget -qO- https://get.example/x.py | python3 -",
        "curl https://get.example/a.tgz | gunzip | sh",
        "bash <(curl -s https://get.example/install.sh)",
        "source <(curl -s https://get.example/env)",
        ". <(curl -s https://get.example/env)",
        'sh -c "$(curl -fsSL https://get.example/install.sh)"',
        'eval "$(curl -fsSL https://get.example/env)"',
        "python3 -c `curl https://get.example/x`",
        "python3 -c \"import urllib.request as u; exec(u.urlopen('https://get.example/x.py').read())\"",
        "python -P -c 'import requests; exec(requests.get(\"https://get.example/x\").text)'",
        "node -e \"fetch('https://get.example/x.js').then(r => r.text()).then(eval)\"",
        'bash <<< "$(curl https://get.example/x)"',
        "        run: curl -fsSL https://get.example/install.sh | sh",
    ],
)
def test_what_runs_as_it_is_fetched_is_found(line: str) -> None:
    assert [(one.where, one.what) for one in fetched_in("scripts/setup", f"# set up\n{line}\n")] == [
        ("scripts/setup:2", RUNS)
    ]


@pytest.mark.parametrize(
    "line",
    [
        "curl -fsSLo /tmp/tool https://get.example/tool && chmod +x /tmp/tool",
        "curl -fsSL https://get.example/tool -o tool",
        "curl -fsSL https://get.example/tool > tool",
        "curl --remote-name https://get.example/tool",
        "wget https://get.example/tool.tgz",
        "wget -q https://get.example/tool -O tool",
    ],
)
def test_what_is_kept_as_it_was_fetched_is_found(line: str) -> None:
    assert [one.what for one in fetched_in("scripts/setup", line)] == [KEEPS]


@pytest.mark.parametrize(
    "line",
    [
        "# curl https://get.example | sh is what we never do",
        'curl -fsS "${SLIPWAY_API_URL}v1/health"',
        "curl -fsS https://api.example/v1/health | jq .status",
        "curl -s http://127.0.0.1:4566/health -o /tmp/health",
        "curl -s -o /dev/null -w '%{http_code}' https://api.example/v1/health",
        "curl -sS https://api.example/v1/health >/dev/null 2>&1",
        "say 'fetching' | tee log",
        "python3 -c 'import platform; print(platform.python_version())'",
        "pip install --require-hashes -r locks/uv.txt",
        "git fetch origin | sh_is_no_word",
    ],
)
def test_what_asks_an_address_and_runs_nothing_of_it_is_none(line: str) -> None:
    assert list(fetched_in("scripts/setup", line)) == []
