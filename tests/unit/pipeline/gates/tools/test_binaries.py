"""What nobody can read in the source, and the pictures that may be there."""

import gzip
import io
import zipfile
from pathlib import Path, PurePath

import pytest

from pipeline.gates.tools import binaries
from pipeline.gates.tools.binaries import LARGEST, what_is
from tests.unit.pipeline.gates.world import context, put

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60


def archive() -> bytes:
    with zipfile.ZipFile(made := io.BytesIO(), "w") as there:
        there.writestr(zipfile.ZipInfo("run.sh"), "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("tool", b"\x7fELF\x02\x01\x01\0", "a program"),
        ("tool.exe", b"MZ\0", "compiled code, by its name"),
        ("tests/data/run.bin", b"MZ\0\x90", "a program"),
        ("api/fast.so", b"\x7fELF\0", "compiled code, by its name"),
        ("api/__pycache__/a.pyc", b"\xf3\r\r\n\0", "compiled code, by its name"),
        ("vendor.zip", archive(), "an archive"),
        ("vendor.tar.gz", gzip.compress(b"x", mtime=0), "an archive"),
        ("app.wasm", b"\0asm\1\0", "compiled code"),
        ("data.bin", b"\0\1\2", "no text, and no picture"),
        ("logo.png", b"\x7fELF\0", "a program"),
        ("logo.png", PNG + archive(), "a picture with an archive behind it"),
        ("logo.png", PNG + b"\0" * LARGEST, "larger than"),
        ("logo.txt", PNG, "no text, and no picture"),
        ("page.min.js", b"var a=1;" * 400, "a bundle"),
        ("a.py", b'X = "' + b"QUJD" * 1_200 + b'"\n', "a bundle"),
        ("README.md", b"QUJD" * 1_200, "a blob within a text"),
        (".gitmodules", b'[submodule "x"]\n', "a module of another repository"),
        ("big.bin", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a pointer to a file"),
    ],
)
def test_what_nobody_can_read_is_said(name: str, content: bytes, what: str) -> None:
    assert (what_is(PurePath(name), content) or "").startswith(what)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("docs/logo.png", PNG),
        ("docs/photo.JPG", b"\xff\xd8\xff\xe0\0"),
        ("docs/text.woff2", b"wOF2\0\1"),
        ("a.py", b"x = 1\n" * 1_000),
        ("empty", b""),
        ("package-lock.json", b'{"integrity": "sha512-' + b"QUJD" * 20 + b'"}'),
        ("api/openapi.json", b'{"a": "' + b"x y" * 5_000 + b'"}'),
        ("words.txt", "größer 東京\n".encode()),
    ],
)
def test_texts_pictures_and_fonts_may_be_there(name: str, content: bytes) -> None:
    assert what_is(PurePath(name), content) is None


def test_every_file_is_counted(tmp_path: Path) -> None:
    put(tmp_path, a_dot_py="x = 1\n")
    (tmp_path / "tool").write_bytes(b"\x7fELF\0")
    part = binaries.check(context(tmp_path))
    assert (part.checked, [(one.where, one.what) for one in part.findings]) == (2, [("tool:1", "BINARY a program")])
