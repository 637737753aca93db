"""Running an arm64 asset on another processor."""

import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.rehearsal.world.lambda_runtime import InvalidFunctionError, LambdaRuntimeError
from pipeline.rehearsal.world.lambda_runtime.host_code import KEPT, KEPT_FOR_S, HostBuilder, HostCode, Run, this_host

AARCH64, X86_64 = 0xB7, 0x3E
LOCK = """\
pydantic==2.14.3 \\
    --hash=sha256:aa
pydantic-core==2.50.4 \\
    --hash=sha256:bb \\
    --hash=sha256:cc
"""


def shared_object(machine: int) -> bytes:
    return b"\x7fELF" + bytes(14) + machine.to_bytes(2, "little") + b"machine code"


def add_package(folder: Path, name: str, version: str, files: dict[str, bytes]) -> None:
    info = f"{name}-{version}.dist-info"
    files = {**files, f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()}
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    (folder / info / "RECORD").write_text("".join(f"{path},,\n" for path in [*files, f"{info}/RECORD", "../../bin/x"]))


@pytest.fixture
def asset(tmp_path: Path) -> Path:
    folder = tmp_path / "asset"
    native = {"pydantic_core/__init__.py": b"arm", "pydantic_core/_core.aarch64.so": shared_object(AARCH64)}
    add_package(folder, "pydantic_core", "2.50.4", native)
    add_package(folder, "pydantic", "2.14.3", {"pydantic/__init__.py": b"pure"})
    (folder / "pydantic_core" / "__pycache__").mkdir()
    (folder / "pydantic_core" / "__pycache__" / "__init__.cpython-313.pyc").write_bytes(b"arm")
    (folder / "api").mkdir()
    (folder / "api" / "handler.py").write_bytes(b"ours")
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".dist-info" not in str(path)
    }


class FakeUv:
    """Installs what was asked for as the host's build, and remembers how it was asked."""

    def __init__(self, offline: bool = True, online: bool = True) -> None:
        self.answers = {"--offline": offline, "online": online}
        self.commands: list[list[str]] = []
        self.requirements = ""

    def __call__(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        self.commands.append(list(command))
        works = True
        if command[1] == "pip":
            works = self.answers["--offline" if "--offline" in command else "online"]
            self.requirements = Path(command[command.index("--requirement") + 1]).read_text()
        if command[1] == "pip" and works:
            files = {"pydantic_core/__init__.py": b"host", "pydantic_core/_core.x86_64.so": shared_object(X86_64)}
            add_package(Path(command[command.index("--target") + 1]), "pydantic_core", "2.50.4", files)
        return subprocess.CompletedProcess(command, 0 if works else 2, "", "" if works else "no such version")


def builder(tmp_path: Path, run: Run, host: str = "linux-x86_64", requirements: Path | None = None) -> HostBuilder:
    return HostBuilder(tmp_path / "cache", Path("uv"), Path("python"), requirements, host, run)


def test_only_packages_with_machine_code_are_replaced_and_the_asset_stays_as_it_is(tmp_path: Path, asset: Path) -> None:
    before = content(asset)
    made = builder(tmp_path, FakeUv()).host_code(asset, code_sha256="s", architecture="arm64")
    assert content(made.code) == {
        "api/handler.py": b"ours",
        "pydantic/__init__.py": b"pure",
        "pydantic_core/__init__.py": b"host",
        "pydantic_core/_core.x86_64.so": shared_object(X86_64),
    }
    assert made.replaced == ("pydantic-core==2.50.4",)
    assert made.not_exercised == (
        "arm64 machine code: not exercised (pydantic-core==2.50.4 ran as built for linux-x86_64)",
    )
    assert content(asset) == before


def test_the_same_code_is_made_once(tmp_path: Path, asset: Path) -> None:
    uv = FakeUv()
    make = builder(tmp_path, uv)
    first = make.host_code(asset, code_sha256="s", architecture="arm64")
    assert make.host_code(asset, code_sha256="s", architecture="arm64") == first
    assert len(uv.commands) == 2
    assert make.host_code(asset, code_sha256="t", architecture="arm64").code != first.code
    assert [path.name for path in (tmp_path / "cache").iterdir() if path.name.startswith("making-")] == []


def test_what_nobody_has_used_for_a_day_is_forgotten_once_there_is_enough(tmp_path: Path, asset: Path) -> None:
    clock = [0.0]
    make = replace(builder(tmp_path, FakeUv()), now=lambda: clock[0])
    made = [make.host_code(asset, code_sha256=f"{n}", architecture="arm64").code for n in range(KEPT + 2)]
    assert all(code.is_dir() for code in made)

    clock[0] = KEPT_FOR_S + 1
    make.host_code(asset, code_sha256="0", architecture="arm64")
    latest = make.host_code(asset, code_sha256="new", architecture="arm64").code

    left = {path.name for path in (tmp_path / "cache").iterdir()}
    assert len(left) == KEPT
    assert {made[0].name, latest.name} <= left


def test_the_cache_is_asked_first_and_then_the_network(tmp_path: Path, asset: Path) -> None:
    uv = FakeUv(offline=False)
    builder(tmp_path, uv).host_code(asset, code_sha256="s", architecture="arm64")
    assert [command[1] + str("--offline" in command) for command in uv.commands] == ["pipTrue", "pipFalse", "-mFalse"]
    assert uv.requirements == "pydantic-core==2.50.4\n"
    assert "--require-hashes" not in uv.commands[0]


def test_a_lock_with_hashes_is_kept_to(tmp_path: Path, asset: Path) -> None:
    uv = FakeUv()
    (asset / "requirements.txt").write_text(LOCK)
    builder(tmp_path, uv).host_code(asset, code_sha256="s", architecture="arm64")
    assert uv.requirements.split() == ["pydantic-core==2.50.4", "--hash=sha256:bb", "--hash=sha256:cc"]
    assert "--require-hashes" in uv.commands[0]


def test_a_version_that_the_lock_does_not_have_is_refused(tmp_path: Path, asset: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text(LOCK.replace("2.50.4", "2.50.5"))
    with pytest.raises(
        InvalidFunctionError, match=r"pydantic-core==2\.50\.4, but lock\.txt does not lock that version"
    ):
        builder(tmp_path, FakeUv(), requirements=lock).host_code(asset, code_sha256="s", architecture="arm64")


def test_packages_that_cannot_be_had_are_our_failure_and_leave_nothing(tmp_path: Path, asset: Path) -> None:
    make = builder(tmp_path, FakeUv(offline=False, online=False))
    with pytest.raises(LambdaRuntimeError, match=r"uv pip install ended with 2:\nno such version\n.* try again"):
        make.host_code(asset, code_sha256="s", architecture="arm64")
    assert list((tmp_path / "cache").iterdir()) == []


def test_on_the_same_processor_the_asset_itself_runs(tmp_path: Path, asset: Path) -> None:
    make = builder(tmp_path, FakeUv(), host="linux-aarch64")
    assert make.host_code(asset, code_sha256="s", architecture="arm64") == HostCode(asset)


def test_an_asset_without_machine_code_runs_itself_and_the_processor_is_still_named(tmp_path: Path) -> None:
    made = builder(tmp_path, FakeUv()).host_code(tmp_path, code_sha256="s", architecture="arm64")
    assert made == HostCode(tmp_path, (), ("arm64 machine code: not exercised (this machine is linux-x86_64)",))


def test_an_asset_built_for_the_wrong_processor_is_refused_even_where_it_would_run(tmp_path: Path, asset: Path) -> None:
    (asset / "pydantic_core" / "_core.aarch64.so").write_bytes(shared_object(X86_64))
    wrong = (
        r"architecture is arm64: pydantic_core/_core\.aarch64\.so \(linux-x86_64\)\. Build the asset for linux-aarch64"
    )
    with pytest.raises(InvalidFunctionError, match=wrong):
        builder(tmp_path, FakeUv()).host_code(asset, code_sha256="s", architecture="arm64")


def test_machine_code_that_no_package_declares_is_refused(tmp_path: Path, asset: Path) -> None:
    (asset / "api" / "fast.so").write_bytes(shared_object(AARCH64))
    with pytest.raises(InvalidFunctionError, match=r"belong to no package .*: api/fast\.so\. Keep the"):
        builder(tmp_path, FakeUv()).host_code(asset, code_sha256="s", architecture="arm64")


def test_the_host_is_named_like_the_target() -> None:
    system, _, machine = this_host().partition("-")
    assert system in {"linux", "darwin"}
    assert machine in {"x86_64", "aarch64"}
