"""Functions' zips as folders."""

import base64
import hashlib
import io
import stat
import zipfile
from pathlib import Path

import pytest

from pipeline.rehearsal.world.emulator.inside.code_folders import CodeFolders
from pipeline.rehearsal.world.lambda_runtime.host_code import HostBuilder, HostCode


class CountingHost(HostBuilder):
    """Says of every folder that it is fit, and counts how often it was asked."""

    asked: list[tuple[str, str]]

    def host_code(self, extracted: Path, *, code_sha256: str, architecture: str) -> HostCode:
        self.asked.append((code_sha256, architecture))
        return HostCode(extracted, not_exercised=(architecture,))


@pytest.fixture
def host(tmp_path: Path) -> CountingHost:
    made = CountingHost(tmp_path / "cache", Path("uv"), Path("python"))
    object.__setattr__(made, "asked", [])
    return made


def zipped(text: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        entry = zipfile.ZipInfo("run.sh")
        entry.external_attr = 0o755 << 16
        archive.writestr(entry, text)
    return written.getvalue()


def digest(code: bytes) -> str:
    return base64.b64encode(hashlib.sha256(code).digest()).decode()


def test_a_zip_is_unpacked_with_its_modes_and_looked_through_once(tmp_path: Path, host: CountingHost) -> None:
    folders, code = CodeFolders(host, tmp_path / "functions"), zipped("one")
    first = folders.fit(code, digest(code), "arm64")
    assert folders.fit(code, digest(code), "arm64") is first
    assert (first.code / "run.sh").read_text() == "one"
    assert stat.S_IMODE((first.code / "run.sh").stat().st_mode) == 0o755
    assert host.asked == [(hashlib.sha256(code).hexdigest(), "arm64")]


def test_another_zip_and_another_architecture_are_looked_at_anew(tmp_path: Path, host: CountingHost) -> None:
    folders, one, other = CodeFolders(host, tmp_path / "functions"), zipped("one"), zipped("other")
    first = folders.fit(one, digest(one), "arm64")
    assert folders.fit(one, digest(one), "x86_64").not_exercised == ("x86_64",)
    assert folders.fit(other, digest(other), "arm64").code != first.code
    assert len(host.asked) == 3
