"""Zips: the same bytes for the same content, another name for other content, nothing half made."""

import os
import socket
import zipfile
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from pipeline.cloud import bundle


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A source with one function and no dependencies, so that nothing is downloaded."""
    root = tmp_path / "checkout"
    for name, text in {
        "api/__init__.py": '"""The API."""\n',
        "api/handlers/products.py": "def handler(event, context):\n    return {'statusCode': 200}\n",
        "api/openapi.json": "{}",
        "contracts/openapi.yaml": "openapi: 3.0.3\n",
        "locks/lambda.txt": "# nothing\n",
        "pipeline/__init__.py": "",
        "pipeline/hooks/after.py": "NAME = 'after'\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def names(file: Path) -> list[str]:
    return zipfile.ZipFile(file).namelist()


def test_two_machines_make_the_same_bytes(checkout: Path, tmp_path: Path) -> None:
    one, other = bundle.build(checkout, tmp_path / "one"), bundle.build(checkout, tmp_path / "other")
    assert one.service.read_bytes() == other.service.read_bytes()
    assert one.hooks.read_bytes() == other.hooks.read_bytes()
    assert (one.service.name, one.hooks.name) == (other.service.name, other.hooks.name)


def test_the_zip_holds_the_sources_with_their_byte_code(checkout: Path, tmp_path: Path) -> None:
    built = bundle.build(checkout, tmp_path / "home")
    assert names(built.service) == [
        "requirements.txt",
        "api/__init__.py",
        "api/__pycache__/__init__.cpython-313.pyc",
        "api/handlers/__pycache__/products.cpython-313.pyc",
        "api/handlers/products.py",
        "api/openapi.json",
        "contracts/openapi.yaml",
    ]


def test_byte_code_of_the_checkout_and_times_of_its_files_change_nothing(checkout: Path, tmp_path: Path) -> None:
    before = bundle.build(checkout, tmp_path / "home").service.read_bytes()
    (checkout / "api/__pycache__").mkdir()
    (checkout / "api/__pycache__/__init__.cpython-313.pyc").write_bytes(b"stale")
    os.utime(checkout / "api/handlers/products.py", (0, 0))
    assert bundle.build(checkout, tmp_path / "other").service.read_bytes() == before


def test_a_changed_line_makes_another_zip(checkout: Path, tmp_path: Path) -> None:
    before = bundle.build(checkout, tmp_path / "home")
    with (checkout / "api/handlers/products.py").open("a") as source:
        source.write("# changed\n")
    after = bundle.build(checkout, tmp_path / "home")
    assert after.service.name != before.service.name
    assert after.hooks == before.hooks


def test_a_finished_zip_is_not_made_again(checkout: Path, tmp_path: Path) -> None:
    first = bundle.build(checkout, tmp_path / "home").service
    made = first.stat().st_ino
    assert bundle.build(checkout, tmp_path / "home").service.stat().st_ino == made


def test_a_zip_that_is_used_is_not_forgotten_however_long_ago_it_was_made(checkout: Path, tmp_path: Path) -> None:
    hooks = bundle.build(checkout, tmp_path / "home").hooks
    made = hooks.stat().st_ino
    os.utime(hooks, (0, 0))
    for number in range(bundle.KEPT + 5):
        (hooks.parent / f"old-{number}.zip").write_bytes(b"")
        os.utime(hooks.parent / f"old-{number}.zip", (number, number))

    with (checkout / "api/handlers/products.py").open("a") as source:
        source.write("# changed\n")
    changed = bundle.build(checkout, tmp_path / "home")

    assert changed.hooks == hooks
    assert hooks.stat().st_ino == made


def test_zips_that_others_may_be_using_are_kept_however_many(checkout: Path, tmp_path: Path) -> None:
    kept = tmp_path / "home/bundles"
    kept.mkdir(parents=True)
    for number in range(bundle.KEPT + 5):
        (kept / f"theirs-{number}.zip").write_bytes(b"")
    bundle.build(checkout, tmp_path / "home")
    assert len(list(kept.glob("theirs-*.zip"))) == bundle.KEPT + 5


def test_of_the_others_only_those_used_last_are_kept(checkout: Path, tmp_path: Path) -> None:
    kept = tmp_path / "home/bundles"
    kept.mkdir(parents=True)
    for number in range(bundle.KEPT + 5):
        (kept / f"old-{number}.zip").write_bytes(b"")
        os.utime(kept / f"old-{number}.zip", (number, number))
    built = bundle.build(checkout, tmp_path / "home")
    left = {file.name for file in kept.iterdir()}
    assert left == {built.service.name, built.hooks.name} | {
        f"old-{number}.zip" for number in range(7, bundle.KEPT + 5)
    }


def test_a_lock_that_cannot_be_installed_leaves_nothing_behind(checkout: Path, tmp_path: Path) -> None:
    (checkout / "locks/lambda.txt").write_text("not-hashed==1.0\n")
    with pytest.raises(bundle.BundleFailed, match=r"uv pip install .*exited with"):
        bundle.build(checkout, tmp_path / "home")
    assert [file for file in (tmp_path / "home").rglob("*") if file.is_file()] == []


def answered(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    done = CompletedProcess(["uv"], 2, stdout="", stderr=said)
    monkeypatch.setattr("pipeline.cloud.bundle.subprocess.run", lambda *_, **__: done)


@pytest.mark.parametrize(
    "cause",
    [
        "  cause: error sending request for url (https://index.example/simple/x/)\n  cause: dns error\n",
        "  Caused by: error sending request for url (https://index.example/x.whl)\n  Caused by: operation timed out\n",
        "  cause: HTTP status server error (503 Service Unavailable) for url (https://index.example/simple/x/)\n",
        "  cause: HTTP status client error (429 Too Many Requests) for url (https://index.example/simple/x/)\n",
        "\nhint: Packages were unavailable because the network was disabled. When the network is disabled, …\n",
    ],
)
def test_an_index_that_gives_no_answer_says_nothing_of_the_lock(
    cause: str, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(monkeypatch, f"error: Failed to fetch: https://index.example/simple/x/\n{cause}")
    with pytest.raises(bundle.IndexUnreachable, match=r"(?s)^the package index gave no answer: .*then run again$"):
        bundle.build(checkout, tmp_path / "home")


def test_uv_asks_an_index_at_which_nobody_listens_in_vain(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / "locks/lambda.txt").write_text(f"nothing-of-the-kind==1.0 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and never listens
        index = f"http://127.0.0.1:{taken.getsockname()[1]}/simple"
        monkeypatch.setenv("UV_DEFAULT_INDEX", index)
        with pytest.raises(bundle.IndexUnreachable, match=index):
            bundle.build(checkout, tmp_path / "home")


@pytest.mark.parametrize(
    "cause",
    [
        "  cause: Because there is no version of x==77 and you require x==77, your requirements are unsatisfiable.\n",
        "  cause: Because x was not found in the package registry and you require x==1, we can conclude that …\n",
        "  cause: Hash mismatch for `x==1.0.1`\n",
        "  cause: HTTP status client error (404 Not Found) for url (https://index.example/x.whl)\n",
    ],
)
def test_a_lock_that_asks_for_what_is_not_there_is_at_fault_itself(
    cause: str, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(monkeypatch, f"error: Failed to download `x==1.0.1`\n{cause}")
    with pytest.raises(bundle.BundleFailed) as failed:
        bundle.build(checkout, tmp_path / "home")
    assert type(failed.value) is bundle.BundleFailed


@pytest.mark.parametrize(
    "line",
    [
        "six @ https://wheels.example/six-1.17.0-py2.py3-none-any.whl \\",
        "six==1.17.0 @ https://wheels.example/six.whl",
        "git+https://code.example/six",
        "-e ./six",
        "--extra-index-url https://wheels.example",
        "--find-links=wheels",
        "./six-1.17.0-py2.py3-none-any.whl",
    ],
)
def test_a_lock_that_says_where_something_comes_from_is_refused_before_it_is_fetched(
    line: str, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(monkeypatch, "asked")
    lock = checkout / "locks/lambda.txt"
    lock.write_text(f"{lock.read_text()}{line}\n    --hash=sha256:{'0' * 64}\n")
    with pytest.raises(bundle.NotLocked, match=r"^locks/lambda.txt: .* is no version and no hash"):
        bundle.build(checkout, tmp_path / "home")


def test_a_broken_source_is_said_to_be_broken(checkout: Path, tmp_path: Path) -> None:
    (checkout / "api/handlers/products.py").write_text("def handler(:\n")
    with pytest.raises(bundle.NotPython, match=r"^the service does not compile: 'api/handlers/products\.py'"):
        bundle.build(checkout, tmp_path / "home")
