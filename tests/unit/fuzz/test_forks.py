"""Runs that are forks of one process: each has an exit code and words of its own, however it ends."""

from pathlib import Path

import pytest

from tests.fuzz.forks import Forks, ForksFailed

ROOT = Path(__file__).parents[3]
SCHEMATHESIS = """
import os, sys

def schemathesis(arguments, prog_name):
    print(prog_name, *arguments, repr(sys.stdin.read()))
    os.write(2, b"aside")
    if arguments[0] == "breaks":
        raise ArithmeticError("broken")
    sys.exit(int(arguments[1]))
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the process finds its Schemathesis, which is none yet."""
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{ROOT}")
    (tmp_path / "schemathesis").mkdir()
    (tmp_path / "schemathesis" / "__init__.py").touch()
    return tmp_path


def test_every_run_has_its_own_end_and_words(folder: Path) -> None:
    (folder / "schemathesis" / "cli.py").write_text(SCHEMATHESIS)
    with Forks() as forks:
        good, bad, broken = forks.run([["ends", "0"], ["ends", "1"], ["breaks"]])
    assert (good.code, bad.code, broken.code) == (0, 1, 1)
    assert ("st ends 0 ''" in good.said, "aside" in good.said, "st ends 1 ''" in bad.said) == (True, True, True)
    assert "ArithmeticError: broken" in broken.said


TRUSTS = """
import os, sys

def schemathesis(arguments, prog_name):
    print("trusts", os.environ.get("REQUESTS_CA_BUNDLE"))
    sys.exit(0)
"""


def test_its_http_client_trusts_whom_every_sdk_is_told_to_trust(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "schemathesis" / "cli.py").write_text(TRUSTS)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/the/machine.pem")
    for told, trusted in (("/tls/authority.pem", "/tls/authority.pem"), ("", "/the/machine.pem")):
        monkeypatch.setenv("AWS_CA_BUNDLE", told)
        with Forks() as forks:
            (ended,) = forks.run([["ends"]])
        assert ended.said == f"trusts {trusted}\n"


@pytest.mark.usefixtures("folder")
def test_without_schemathesis_there_is_no_run() -> None:
    with Forks() as forks, pytest.raises(ForksFailed):
        forks.run([["ends", "0"]])


def test_with_nothing_to_run_it_ends(folder: Path) -> None:
    (folder / "schemathesis" / "cli.py").write_text(SCHEMATHESIS)
    with Forks() as forks:
        process = forks._process
    assert process.returncode == 0
