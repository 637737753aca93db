"""The folders that functions run from: each zip is unpacked once, and made fit for this machine's processor once.

All functions of a release share a zip, and each of their versions asks for its folder: looking through the packages of
one takes a tenth of a second.
"""

import hashlib
import io
import os
import shutil
import threading
import zipfile
from pathlib import Path

from pipeline.rehearsal.world.lambda_runtime.host_code import HostBuilder, HostCode


class CodeFolders:
    """One folder below `folder` for each zip. Safe to use from any thread."""

    def __init__(self, host: HostBuilder, folder: Path) -> None:
        self._host = host
        self._folder = folder
        self._fit: dict[tuple[str, str], HostCode] = {}
        self._making = threading.Lock()

    def fit(self, code: bytes, code_sha256: str, architecture: str) -> HostCode:
        """The folder with the zip's files, fit for this machine; `code_sha256` is Lambda's own digest of the zip."""
        key = code_sha256, architecture
        with self._making:
            if key not in self._fit:
                digest = hashlib.sha256(code).hexdigest()
                self._fit[key] = self._host.host_code(
                    self._unpacked(code, digest), code_sha256=digest, architecture=architecture
                )
            return self._fit[key]

    def _unpacked(self, code: bytes, digest: str) -> Path:
        target = self._folder / digest[:32]
        if not target.exists():
            making = target.with_suffix(".making")
            shutil.rmtree(making, ignore_errors=True)
            extract(code, making)
            making.rename(target)
        return target


def extract(code: bytes, folder: Path) -> None:
    """Unpack a zip with its files' modes, as Lambda does."""
    folder.mkdir(parents=True)
    with zipfile.ZipFile(io.BytesIO(code)) as archive:
        for entry in archive.infolist():
            written = archive.extract(entry, folder)
            mode = entry.external_attr >> 16
            if mode and not entry.is_dir():
                os.chmod(written, mode & 0o777 | 0o400)  # noqa: PTH101  (extract gives a string)
