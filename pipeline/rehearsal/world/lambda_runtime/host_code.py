"""Code that this machine's processor can run, made from an asset that was built for Lambda's.

An asset for arm64 holds native modules that another processor cannot load. The same source runs with the same locked
versions built for the host: each package of the asset that has native modules is replaced in a copy; everything else,
and the asset itself, stays as it is. That the machine code of the asset was not run is reported as data.
"""

import contextlib
import os
import platform
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import Distribution, distributions
from pathlib import Path

from pipeline.rehearsal.world.lambda_runtime.spec import InvalidFunctionError, LambdaRuntimeError

_INSTALL_WITHIN_S = 300.0
KEPT, KEPT_FOR_S = 16, 24 * 3600.0
"""How many folders are kept, those used last; and how long each is at least, since a stage that stands may use it."""
_MACHINES = {"arm64": "aarch64", "aarch64": "aarch64", "x86_64": "x86_64", "AMD64": "x86_64"}
_ELF_MACHINES = {0x3E: "x86_64", 0xB7: "aarch64"}
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")

type Run = Callable[[Sequence[str]], subprocess.CompletedProcess[str]]


@dataclass(frozen=True)
class HostCode:
    """`code` is the folder to run, `replaced` the packages built for the host, `not_exercised` lines for the report."""

    code: Path
    replaced: tuple[str, ...] = ()
    not_exercised: tuple[str, ...] = ()


def this_host() -> str:
    """Operating system and processor of this machine, for example "linux-x86_64"."""
    machine = platform.machine()
    return f"{platform.system().lower()}-{_MACHINES.get(machine, machine)}"


def run_command(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a program with our own environment (proxies, package indexes) and keep what it says."""
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=_INSTALL_WITHIN_S
    )


@dataclass(frozen=True)
class HostBuilder:
    """How to get packages for this host: `uv` and the runtime's interpreter by path, `cache` for the folders made.

    `requirements` is a lock with hashes; without one, a `requirements.txt` in the asset is used if it has hashes.
    """

    cache: Path
    uv: Path
    python: Path
    requirements: Path | None = None
    host: str = field(default_factory=this_host)
    run: Run = run_command
    now: Callable[[], float] = time.time

    def host_code(self, extracted: Path, *, code_sha256: str, architecture: str) -> HostCode:
        """The code to run for an extracted asset of this architecture ("arm64" or "x86_64")."""
        target = f"linux-{_MACHINES[architecture]}"
        natives = _native_modules(extracted)
        _refuse_wrong_architecture(natives, target, architecture)
        if target == self.host:
            return HostCode(extracted)
        owners = _owners(extracted, natives)
        notes = (_note(architecture, self.host, owners),)
        if not owners:
            return HostCode(extracted, (), notes)
        names = tuple(sorted(owners))
        key = sha256("|".join((code_sha256, self.host, str(self.python), *names)).encode()).hexdigest()[:32]
        code = self.cache / key
        if not code.is_dir():
            self._build(extracted, list(owners.values()), code)
            with contextlib.suppress(OSError):  # another process clears away the same ones
                self._clear()
        os.utime(code, (self.now(), self.now()))
        return HostCode(code, names, notes)

    def _build(self, extracted: Path, replaced: Sequence[Distribution], code: Path) -> None:
        self.cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.cache, prefix="making-") as folder:
            making = Path(folder)
            overlay = self._install(making, replaced, self.requirements or extracted / "requirements.txt")
            shutil.copytree(extracted, making / "code", symlinks=True)
            for distribution in replaced:
                _remove(making / "code", distribution)
            shutil.copytree(overlay, making / "code", dirs_exist_ok=True, ignore=shutil.ignore_patterns(".lock"))
            try:
                (making / "code").rename(code)
            except OSError:
                if not code.is_dir():  # else another process has made the same folder meanwhile
                    raise

    def _clear(self) -> None:
        """Forget what nobody has used for long: every new asset would otherwise leave some 50 MB for ever."""
        found = [(path.stat().st_mtime, path) for path in self.cache.iterdir() if path.is_dir()]
        for used, path in sorted(found, reverse=True)[KEPT:]:
            if self.now() - used > KEPT_FOR_S:
                shutil.rmtree(path, ignore_errors=True)

    def _install(self, making: Path, replaced: Sequence[Distribution], lock: Path) -> Path:
        overlay, wanted = making / "overlay", making / "requirements.txt"
        lines, hashed = _requirements(replaced, lock)
        wanted.write_text("\n".join(lines) + "\n")
        command = [str(self.uv), "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:"]
        command += ["--python", str(self.python), "--target", str(overlay), "--requirement", str(wanted)]
        command += ["--require-hashes"] if hashed else []
        if self.run([*command, "--offline"]).returncode:
            self._must([*command], "install the packages with native modules for this processor")
        # Stack traces name the path on Lambda, as those of the asset's own byte code do.
        compiling = ["-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
        compiling += ["-s", str(overlay), "-p", "/var/task", str(overlay)]
        self._must([str(self.python), *compiling], "compile them")
        return overlay

    def _must(self, command: Sequence[str], what: str) -> None:
        done = self.run(command)
        if done.returncode:
            raise LambdaRuntimeError(
                f"cannot {what}: {' '.join(command[:3])} ended with {done.returncode}:\n{done.stderr.strip()}\n"
                "The packages are fetched once and kept; check the network or the package index and try again."
            )


def _native_modules(extracted: Path) -> dict[Path, str]:
    """Shared objects of the asset, relative, with the system and processor that each is for."""
    found = {}
    for path in sorted(extracted.rglob("*.so*")):
        with path.open("rb") as file:
            head = file.read(20)
        if head[:4] == b"\x7fELF":
            number = int.from_bytes(head[18:20], "little")
            found[path.relative_to(extracted)] = f"linux-{_ELF_MACHINES.get(number, f'machine-{number}')}"
    return found


def _refuse_wrong_architecture(natives: dict[Path, str], target: str, architecture: str) -> None:
    wrong = [f"{path} ({built_for})" for path, built_for in natives.items() if built_for != target]
    if wrong:
        raise InvalidFunctionError(
            f"the asset holds native modules that Lambda cannot load, because the function's architecture is"
            f" {architecture}: {', '.join(wrong)}. Build the asset for {target}."
        )


def _owners(extracted: Path, natives: Iterable[Path]) -> dict[str, Distribution]:
    """The packages, by "name==version", that brought the native modules."""
    by_file = {
        Path(str(file)): distribution
        for distribution in distributions(path=[str(extracted)])
        for file in distribution.files or ()
    }
    if unowned := [str(path) for path in natives if path not in by_file]:
        raise InvalidFunctionError(
            f"native modules of the asset belong to no package that it declares (*.dist-info/RECORD), so they cannot be"
            f" had for this processor: {', '.join(unowned)}. Keep the *.dist-info folders in the asset."
        )
    return {_pin(by_file[path]): by_file[path] for path in natives}


def _pin(distribution: Distribution) -> str:
    return f"{_normal(distribution.metadata['Name'])}=={distribution.version}"


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _requirements(replaced: Sequence[Distribution], lock: Path) -> tuple[list[str], bool]:
    """Lines for exactly these packages, and whether they come with hashes."""
    pins = [_pin(distribution) for distribution in replaced]
    locked = _locked(lock) if lock.is_file() else {}
    if not locked:
        return pins, False
    if missing := [pin for pin in pins if pin not in locked]:
        raise InvalidFunctionError(f"the asset holds {', '.join(missing)}, but {lock.name} does not lock that version")
    return [locked[pin] for pin in pins], True


def _locked(lock: Path) -> dict[str, str]:
    """The requirements of a lock that have hashes, by "name==version"."""
    lines = lock.read_text().replace("\\\n", " ").splitlines()
    pinned = [(line, found) for line in lines if "--hash=" in line and (found := _PINNED.match(line))]
    return {f"{_normal(found[1])}=={found[2]}": line for line, found in pinned}


def _remove(code: Path, distribution: Distribution) -> None:
    """Take a package out of a copy: the files of its RECORD and what was compiled from them."""
    for file in distribution.files or ():
        if ".." in file.parts:
            continue  # a script beside the packages; it is not imported
        path = code / str(file)
        path.unlink(missing_ok=True)
        for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
            compiled.unlink()


def _note(architecture: str, host: str, owners: Iterable[str]) -> str:
    packages = ", ".join(sorted(owners))
    ran = f" ({packages} ran as built for {host})" if packages else f" (this machine is {host})"
    return f"{architecture} machine code: not exercised{ran}"
