"""Releases that run side by side: this source, and the base release as it is deployed."""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any, Final

import yaml

from tests.support.http_api import Reply, as_reply, function_of, proxied
from tests.support.tokens import CarrierUser, PartnerUser, User

ROOT: Final = Path(__file__).parents[4]
_SIDE: Final = Path(__file__).with_name("side.py")
_OWN: Final = "api/handlers/"
_NATIVE: Final = re.compile(r"\.so(\.|$)")
_TIED: Final = frozenset({"pydantic"})
"""Packages without machine code that fit one version of one that has."""


class BaseUnreadable(Exception):
    """SLIPWAY_BASE names something that holds no release of ours: says what was looked for."""


class NotPromised(Exception):
    """A release is asked for something that it does not have yet, or no more."""


@cache
def promised(folder: Path) -> frozenset[tuple[str, str]]:
    """Method and path of every operation of a release."""
    document = yaml.load((folder / "contracts/openapi.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return frozenset((method.upper(), path) for path, item in document["paths"].items() for method in item)


def base_code(folder: Path, to: Path) -> Path:
    """The folder with the base release's `api`, out of the zip that is deployed, or else its source.

    `folder` is what SLIPWAY_BASE names. The zip brings its own packages, but for those with machine code for another
    processor: they are this environment's. Raises BaseUnreadable.
    """
    assembly = folder / "cdk.out"
    for asset in sorted(assembly.glob("asset.*.zip")):
        with zipfile.ZipFile(asset) as archive:
            names = archive.namelist()
            if any(name.startswith(_OWN) for name in names):
                archive.extractall(to, _portable(names))
                return to
    if not assembly.is_dir() and (folder / _OWN).is_dir():
        return folder
    raise BaseUnreadable(
        f"SLIPWAY_BASE ({folder}) has neither a zip with {_OWN} in cdk.out nor {_OWN} itself: name a release's folder"
    )


def _portable(names: list[str]) -> list[str]:
    bound = {name.partition("/")[0] for name in names if _NATIVE.search(name)} | _TIED
    return [name for name in names if name.partition("/")[0] not in bound]


@dataclass(frozen=True)
class Release:
    """A running release. Functions are found by the names that the promise gives them."""

    name: str
    folder: Path
    asked: IO[str]
    told: IO[str]

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        """What a function returns. AssertionError with what it raised, NotPromised where there is no such function."""
        told = self._told(function, event)
        assert "broke" not in told, f"{self.name}: {function} broke: {told['broke']}"
        return told["answer"]

    def refusal(self, function: str, event: Mapping[str, Any]) -> str:
        """What a function raises, which has to raise something; NotPromised where there is no such function."""
        told = self._told(function, event)
        assert "broke" in told, f"{self.name}: {function} refuses nothing: {told['answer']}"
        return str(told["broke"])

    def _told(self, function: str, event: Mapping[str, Any]) -> Any:
        if not (self.folder / _OWN / f"{function}.py").is_file():
            raise NotPromised(f"{self.name} has no function {function}")
        self.asked.write(json.dumps({"handler": function, "event": event}) + "\n")
        self.asked.flush()
        return json.loads(self.told.readline() or '{"broke": "its process has ended"}')

    def promises(self, method: str, path: str) -> bool:
        """Whether the release has the operation that a request to `path` is for."""
        return (method, proxied(method, path)["resource"]) in promised(self.folder)

    def call(
        self, method: str, path: str, user: User | CarrierUser | PartnerUser | None = None, **request: Any
    ) -> Reply:
        """Send a request to the function that answers it; arguments as of `tests.support.http_api.call`.

        NotPromised for an operation that the release has not.
        """
        event = proxied(method, path, user, **request)
        if (method, event["resource"]) not in promised(self.folder):
            raise NotPromised(f"{self.name} has no {method} {event['resource']}")
        return as_reply(self.invoke(function_of(path), event))

    def deliver(self, worker: str, *records: Mapping[str, Any]) -> None:
        """Hand messages to a worker, which has to handle all of them."""
        answer = self.invoke(worker, {"Records": list(records)})
        assert answer == {"batchItemFailures": []}, f"{self.name}: {worker} failed"


@contextmanager
def running(name: str, folder: Path) -> Iterator[Release]:
    """Run the release in `folder` over whatever this process's environment names."""
    kept = {variable: value for variable, value in os.environ.items() if variable != "PYTHONPATH"}
    command = [sys.executable, "-P", "-s", "-B", str(_SIDE), str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=kept
    ) as process:
        assert process.stdin
        assert process.stdout
        yield Release(name, folder, process.stdin, process.stdout)
        process.stdin.close()
