"""What is left of the SDK's data: all that a call needs, and nothing of what it does not."""

import gzip
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore
import pytest
from botocore.loaders import Loader
from botocore.regions import EndpointResolver
from botocore.session import Session

from api.adapters.aws import SIGNING
from api.needs import IDENTITY, NEEDS, Needs
from pipeline.cloud import sdk

DATA = Path(botocore.__file__).parent / "data"
OTHERS = ("ec2", "ec2-instance-connect")
RECORD = """\
botocore/args.py,sha256=aa,1
botocore/data/endpoints.json,sha256=bb,2
botocore/data/ec2/2016-11-15/service-2.json.gz,sha256=cc,3
"""
OTHERWISE_IN_IAM = {"ses": "sesv2"}
"""What IAM calls otherwise than botocore."""
TEXTS = {"documentation", "documentationUrl"}


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed botocore's data, of our services and two others, trimmed."""
    packages = tmp_path_factory.mktemp("packages")
    data = packages / "botocore/data"
    data.mkdir(parents=True)
    (packages / "botocore-1.0.dist-info").mkdir()
    (packages / "botocore-1.0.dist-info/RECORD").write_text(RECORD)
    for file in DATA.glob("*.json"):
        shutil.copy(file, data)
    for service in (*sdk.SERVICES, *OTHERS):
        shutil.copytree(DATA / service, data / service)
    sdk.trim(packages)
    return packages


@pytest.fixture(scope="module")
def data(packages: Path) -> Path:
    return packages / "botocore/data"


@pytest.fixture(scope="module")
def whole() -> Session:
    """A session on the installed botocore's data."""
    session = Session()
    session.set_credentials("1", "test")
    return session


@pytest.fixture(scope="module")
def trimmed(data: Path) -> Session:
    """A session on what is left of them."""
    return session_on(data)


def session_on(data: Path) -> Session:
    session = Session()
    session.set_credentials("1", "test")
    session.register_component("data_loader", Loader([str(data)], include_default_search_paths=False))
    return session


def full(file: Path) -> Any:
    """A file of the untouched data, by the place of the trimmed one."""
    packed = DATA / file.parent / f"{file.name}.gz"
    return json.loads(gzip.decompress(packed.read_bytes()) if packed.exists() else (DATA / file).read_bytes())


def lost(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Where something is missing or different, but for texts of documentation."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name, value in before.items():
            if name in after:
                yield from lost(value, after[name], f"{path}/{name}")
            elif name not in TEXTS or not isinstance(value, str):
                yield f"{path}/{name}"
        yield from (f"{path}/{name}" for name in after.keys() - before.keys())
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for at, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from lost(one, other, f"{path}/{at}")
    elif before != after:
        yield path


def test_only_services_that_functions_use_are_left(data: Path) -> None:
    assert {each.name for each in data.iterdir() if each.is_dir()} == sdk.SERVICES
    assert {each.name for each in data.iterdir() if each.is_file()} == {each.name for each in DATA.glob("*.json")}


def test_every_service_that_a_function_may_use_is_left() -> None:
    granted = {action for needs in (*NEEDS.values(), IDENTITY) for action in _actions(needs)}
    services = {action.partition(":")[0] for action in granted}
    assert {OTHERWISE_IN_IAM.get(service, service) for service in services} <= sdk.SERVICES


def _actions(needs: Needs) -> Iterator[str]:
    for name in Needs.__dataclass_fields__:
        value = getattr(needs, name)
        if name == "queues":
            yield from (action for each in value.values() for action in each)
        elif name != "redrives" and not isinstance(value, bool):
            yield from value


@pytest.mark.parametrize("service", sorted(sdk.SERVICES))
def test_a_service_has_lost_its_documentation_and_nothing_else(service: str, data: Path) -> None:
    (version,) = (data / service).iterdir()
    left = {file.name for file in version.iterdir()}
    assert left == {name.removesuffix(".gz") for name in _names(DATA / service / version.name)} - {"examples-1.json"}
    assert "service-2.json" in left
    for name in left:
        file = Path(service, version.name, name)
        trimmed = json.loads((data / file).read_bytes())
        assert list(lost(full(file), trimmed)) == []


def _names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_a_link_is_signed_without_the_documentation(data: Path) -> None:
    client: Any = session_on(data).create_client("s3", "eu-west-1")
    link = client.generate_presigned_url("get_object", Params={"Bucket": "claims", "Key": "claims/door.jpg"})
    assert "claims/door.jpg" in link


def test_the_version_that_is_left_is_the_one_that_botocore_takes(data: Path) -> None:
    whole, trimmed = Loader(), Loader([str(data)], include_default_search_paths=False)
    for service in sdk.SERVICES:
        newest = whole.determine_latest_version(service, "service-2")
        assert trimmed.determine_latest_version(service, "service-2") == newest


def test_what_all_services_share_is_as_it_was(data: Path) -> None:
    for name in {file.name for file in DATA.glob("*.json")} - {"endpoints.json"}:
        assert list(lost(full(Path(name)), json.loads((data / name).read_bytes()))) == []


@pytest.mark.parametrize("service", sorted(sdk.SERVICES))
def test_what_a_client_can_be_told_is_read_as_it_was(service: str, whole: Session, trimmed: Session) -> None:
    before, after = (made.get_service_model(service) for made in (whole, trimmed))
    assert after.client_context_parameters == before.client_context_parameters


@pytest.mark.parametrize("service", sorted(sdk.SERVICES))
def test_a_service_is_found_at_the_same_address_in_every_region(service: str, whole: Session, trimmed: Session) -> None:
    before, after = (EndpointResolver(made.get_data("endpoints")) for made in (whole, trimmed))
    for partition in ("aws", "aws-cn", "aws-us-gov"):
        regions = whole.get_available_regions(service, partition)
        assert trimmed.get_available_regions(service, partition) == regions
        for region in regions:
            found = before.construct_endpoint(service, region)
            assert found is not None
            assert after.construct_endpoint(service, region) == found
        for region in regions[:1]:  # making one takes as long as a hundred of these comparisons
            addresses = [made.create_client(service, region).meta.endpoint_url for made in (whole, trimmed)]
            assert addresses[0] == addresses[1]


@pytest.mark.parametrize("service", sorted(sdk.SERVICES))
def test_what_is_read_with_every_call_is_there(service: str, whole: Session, trimmed: Session) -> None:
    read = [made.create_client(service, "eu-west-1").meta.service_model for made in (whole, trimmed)]
    assert read[0].client_context_parameters == read[1].client_context_parameters


def test_an_address_of_s3_can_be_signed(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)  # that of tests with an emulator, if they run in this process
    client: Any = session_on(data).create_client("s3", "eu-west-1", config=SIGNING)
    named = {"Bucket": "invoices", "Key": "invoices/1.html"}
    signed = client.generate_presigned_url("get_object", Params=named, ExpiresIn=60)
    assert signed.startswith("https://invoices.s3.eu-west-1.amazonaws.com/invoices/1.html?X-Amz-Algorithm=AWS4-")


def test_nothing_is_packed_or_indented(data: Path) -> None:
    files = [file for file in data.rglob("*") if file.is_file()]
    assert {file.suffix for file in files} == {".json"}
    assert [file for file in files if b"\n" in file.read_bytes()] == []
    assert sum(file.stat().st_size for file in files) < 1_300_000


def test_the_package_lists_the_files_that_it_has(packages: Path, data: Path) -> None:
    listed = (packages / "botocore-1.0.dist-info/RECORD").read_text().splitlines()
    left = {file.relative_to(packages).as_posix() for file in data.rglob("*") if file.is_file()}
    assert listed[0] == "botocore/args.py,sha256=aa,1"
    assert listed[1:] == sorted(f"{name},," for name in left)


def test_a_member_that_is_called_documentation_is_kept(tmp_path: Path) -> None:
    shape = {"members": {"documentation": {"shape": "Text", "documentation": "A text."}}, "documentation": "A thing."}
    file = tmp_path / "botocore/data/sqs/2012-11-05/service-2.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"shapes": {"Thing": shape}}))
    sdk.trim(tmp_path)
    assert json.loads(file.read_text()) == {"shapes": {"Thing": {"members": {"documentation": {"shape": "Text"}}}}}


def test_packages_without_an_sdk_stay_as_they_are(tmp_path: Path) -> None:
    sdk.trim(tmp_path)
    assert list(tmp_path.iterdir()) == []
