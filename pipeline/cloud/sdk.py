"""The AWS SDK as the functions ship it: all of its code, and of its data what they can use.

botocore knows some 440 services by files of JSON. To make one client it lists all of their folders, reads where each of
their endpoints is, and parses the client's own model with all of its documentation; that is most of a client's time.
What is taken away here says nothing about a call: other services, older versions of an API, documentation, examples.
The rest is neither compressed nor indented. botocore finds it where it always looks, so that no code knows of this.
"""

import gzip
import json
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

SERVICES: Final = frozenset(
    {"apigateway", "cognito-idp", "dynamodb", "kms", "s3", "secretsmanager", "sesv2", "sns", "sqs", "sts"},
)
"""Those that api/adapters/aws.py makes clients of, by the names of their folders."""

_DOCUMENTATION: Final = frozenset({"documentation", "documentationUrl"})
_DOCUMENTED: Final = "clientContextParams"
"""What botocore reads with its documentation, and can't without."""


def trim(packages: Path) -> None:
    """Take away what is not used from the `boto3` and `botocore` that are installed in `packages`, if they are."""
    for package in ("boto3", "botocore"):
        data = packages / package / "data"
        if data.is_dir():
            _keep_used(data)
            for file in sorted(data.rglob("*.json*")):
                _shorten(file)
            for record in packages.glob(f"{package}-*.dist-info/RECORD"):
                _correct(record, data, packages)


def _keep_used(data: Path) -> None:
    for service in sorted(each for each in data.iterdir() if each.is_dir()):
        if service.name not in SERVICES:
            shutil.rmtree(service)
            continue
        *older, newest = sorted(each for each in service.iterdir() if each.is_dir())
        for version in older:
            shutil.rmtree(version)
        for examples in newest.glob("examples-1.json*"):
            examples.unlink()


def _shorten(file: Path) -> None:
    """Write a file of JSON anew: plain, in one line and without documentation."""
    model = json.loads(_text(file))
    if file.name == "endpoints.json":
        model = _endpoints(model, _prefixes(file.parent))
    file.unlink()
    file.with_name(file.name.removesuffix(".gz")).write_text(json.dumps(_undocumented(model), separators=(",", ":")))


def _correct(record: Path, data: Path, packages: Path) -> None:
    """List the data that is there now, without digests (packaging.python.org, "Recording installed projects")."""
    folder = data.relative_to(packages).as_posix()
    others = [line for line in record.read_text().splitlines() if not line.startswith(f"{folder}/")]
    left = sorted(file.relative_to(packages).as_posix() for file in data.rglob("*") if file.is_file())
    record.write_text("".join(f"{line}\n" for line in [*others, *(f"{file},," for file in left)]))


def _prefixes(data: Path) -> Collection[str]:
    """What the endpoints of our services are listed by: a model says it, and it is not always the folder's name."""
    models = [json.loads(_text(file)) for file in sorted(data.glob("*/*/service-2.json*"))]
    return {model["metadata"]["endpointPrefix"] for model in models}


def _text(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()


def _endpoints(known: dict[str, Any], prefixes: Collection[str]) -> dict[str, Any]:
    partitions = [
        {**each, "services": {name: told for name, told in each["services"].items() if name in prefixes}}
        for each in known["partitions"]
    ]
    return {**known, "partitions": partitions}


def _undocumented(model: Any) -> Any:
    """The model without its texts; a member of a shape that has such a name is no text and stays."""
    match model:
        case dict():
            return {
                name: each if name == _DOCUMENTED else _undocumented(each)
                for name, each in model.items()
                if not (name in _DOCUMENTATION and isinstance(each, str))
            }
        case list():
            return [_undocumented(each) for each in model]
        case _:
            return model
