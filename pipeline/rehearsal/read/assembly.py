"""A cloud assembly (`cdk.out`): its stacks, nested assemblies and asset manifests, read from the manifest.

Source: the cloud assembly schema of aws-cdk. Versions 36 to 54 are read; a later one may say things that this reader
would miss, so it is refused until somebody has looked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, with_config
from pydantic.alias_generators import to_camel

from pipeline.rehearsal.errors import Problem, Unreadable
from pipeline.rehearsal.read.document import NOT_KNOWN, SYNTHESIZE_AGAIN, parse_json, read_bytes, validate
from pipeline.rehearsal.read.template import read_template
from pipeline.rehearsal.spec import Json, Template

READS_FROM, READS_TO = 36, 54

_STACK = "aws:cloudformation:stack"
_ASSETS = "cdk:asset-manifest"
_NESTED = "cdk:cloud-assembly"
# What CDK writes for its own tools: the construct tree and the report on feature flags. Nothing of it is deployed.
_FOR_TOOLS = frozenset({"cdk:tree", "cdk:feature-flag-report"})


@dataclass(frozen=True)
class Destination:
    """Where an asset goes: a bucket and a key, and the role that may write there."""

    bucket: str
    key: str
    region: str | None = None
    role: str | None = None


@dataclass(frozen=True)
class FileAsset:
    """A file, or a folder to be zipped (`packaging` is file or zip), that must be published before a stack needs it."""

    id: str
    source: Path
    packaging: str
    destinations: Mapping[str, Destination]
    name: str = ""


@dataclass(frozen=True)
class Stack:
    """A stack of the assembly. `id` is its artifact's, `name` what it is called when deployed.

    `folder` is the (nested) assembly that holds it; `account` and `region` are None where synth was not told.
    `role` deploys it, `execution_role` is what CloudFormation takes on.
    """

    id: str
    name: str
    display_name: str
    folder: Path
    template: Template
    account: str | None
    region: str | None
    role: str | None = None
    execution_role: str | None = None
    assets: tuple[FileAsset, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Assembly:
    """A cloud assembly and everything nested in it; `stacks` are in the order of the manifests, outer ones first."""

    folder: Path
    version: str
    stacks: tuple[Stack, ...]

    def stack_of(self, template: Path) -> Stack | None:
        """The stack whose template is the file at `template`."""
        return next((stack for stack in self.stacks if stack.template.path == template), None)


# --- the schema at the edge ------------------------------------------------------------------------------------------

_CAMEL = ConfigDict(extra="ignore", alias_generator=to_camel)


@with_config(_CAMEL)
@dataclass(frozen=True)
class _Artifact:
    type: str
    environment: str | None = None
    properties: dict[str, Json] = field(default_factory=dict)
    display_name: str | None = None
    dependencies: list[str] = field(default_factory=list)


@with_config(_CAMEL)
@dataclass(frozen=True)
class _Manifest:
    version: str
    artifacts: dict[str, _Artifact] = field(default_factory=dict)
    missing: list[dict[str, Json]] = field(default_factory=list)


@with_config(_CAMEL)
@dataclass(frozen=True)
class _StackProperties:
    template_file: str
    stack_name: str | None = None
    assume_role_arn: str | None = None
    cloud_formation_execution_role_arn: str | None = None
    tags: dict[str, str] = field(default_factory=dict)


@with_config(_CAMEL)
@dataclass(frozen=True)
class _Source:
    path: str
    packaging: str = "file"


@with_config(_CAMEL)
@dataclass(frozen=True)
class _Destination:
    bucket_name: str
    object_key: str
    region: str | None = None
    assume_role_arn: str | None = None


@with_config(_CAMEL)
@dataclass(frozen=True)
class _File:
    source: _Source
    destinations: dict[str, _Destination]
    display_name: str = ""


@with_config(_CAMEL)
@dataclass(frozen=True)
class _AssetManifest:
    version: str
    files: dict[str, _File] = field(default_factory=dict)
    docker_images: dict[str, Json] = field(default_factory=dict)


_MANIFEST = TypeAdapter(_Manifest)
_STACK_PROPERTIES = TypeAdapter(_StackProperties)
_ASSET_MANIFEST = TypeAdapter(_AssetManifest)


# --- reading ---------------------------------------------------------------------------------------------------------


def read_assembly(folder: Path) -> Assembly:
    """The assembly in `folder`; Unreadable names every file and key that can't be read."""
    if not folder.is_dir():
        raise Unreadable(
            "there is no such folder", "synthesize first (`scripts/slipway synth`, or `cdk synth`)", file=str(folder)
        )
    root = folder.resolve()
    version, stacks = _read_folder(root, root)
    return Assembly(root, version, tuple(stacks))


def _read_folder(folder: Path, root: Path) -> tuple[str, list[Stack]]:
    file = folder / "manifest.json"
    manifest = validate(_MANIFEST, parse_json(read_bytes(file), str(file)), str(file))
    _check(manifest, str(file))
    assets = {name: tuple(_read_assets(item, folder, root)) for name, item in _of_type(manifest, _ASSETS)}
    stacks = [_read_stack(name, item, folder, root, assets) for name, item in _of_type(manifest, _STACK)]
    for _, nested in _of_type(manifest, _NESTED):
        directory = _inside(folder / _text(nested, "directoryName", file), root, file)
        stacks += _read_folder(directory, root)[1]
    return manifest.version, stacks


def _check(manifest: _Manifest, file: str) -> None:
    problems = []
    major = manifest.version.split(".")[0]
    if not major.isdecimal() or not READS_FROM <= int(major) <= READS_TO:
        what = f"assembly schema {manifest.version}, this reader knows {READS_FROM} to {READS_TO}"
        problems.append(Problem(file, "version", what, "pin a version of aws-cdk-lib that writes one of these"))
    if manifest.missing:
        keys = ", ".join(str(item.get("key")) for item in manifest.missing)
        what = f"the app asked for lookups that were never answered: {keys}"
        problems.append(Problem(file, "missing", what, "give these values to the app; a rehearsal looks nothing up"))
    known = {_STACK, _ASSETS, _NESTED} | _FOR_TOOLS
    for name, artifact in manifest.artifacts.items():
        if artifact.type not in known:
            problems.append(Problem(file, f"artifacts.{name}.type", f"{artifact.type} is not known", NOT_KNOWN))
    if problems:
        raise Unreadable.of(problems)


def _of_type(manifest: _Manifest, kind: str) -> Iterator[tuple[str, _Artifact]]:
    return ((name, item) for name, item in manifest.artifacts.items() if item.type == kind)


def _read_stack(
    name: str, item: _Artifact, folder: Path, root: Path, assets: Mapping[str, tuple[FileAsset, ...]]
) -> Stack:
    file = folder / "manifest.json"
    properties = validate(_STACK_PROPERTIES, item.properties, str(file), f"artifacts.{name}.properties")
    account, region = _environment(item.environment, f"artifacts.{name}.environment", str(file))
    return Stack(
        id=name,
        name=properties.stack_name or name,
        display_name=item.display_name or name,
        folder=folder,
        template=read_template(_inside(folder / properties.template_file, root, file)),
        account=account,
        region=region,
        role=properties.assume_role_arn,
        execution_role=properties.cloud_formation_execution_role_arn,
        assets=tuple(asset for needed in item.dependencies for asset in assets.get(needed, ())),
        tags=properties.tags,
    )


def _environment(text: str | None, at: str, file: str) -> tuple[str | None, str | None]:
    """Account and region of `aws://111111111111/eu-west-1`; None for `unknown-account` and `unknown-region`."""
    parts = (text or "").removeprefix("aws://").split("/")
    if text is None or not text.startswith("aws://") or len(parts) != 2:
        raise Unreadable(f"{text!r} is no environment", "give the stack an account and region", file=file, path=at)
    account, region = parts
    return (None if account == "unknown-account" else account, None if region == "unknown-region" else region)


def _read_assets(item: _Artifact, folder: Path, root: Path) -> Iterator[FileAsset]:
    file = _inside(folder / _text(item, "file", folder / "manifest.json"), root, folder / "manifest.json")
    read = validate(_ASSET_MANIFEST, parse_json(read_bytes(file), str(file)), str(file))
    if read.docker_images:
        names = ", ".join(read.docker_images)
        raise Unreadable(f"Docker images {names} can't be built here", NOT_KNOWN, file=str(file), path="dockerImages")
    for asset_id, asset in read.files.items():
        yield _file_asset(asset_id, asset, file, root)


def _file_asset(asset_id: str, asset: _File, file: Path, root: Path) -> FileAsset:
    destinations = {
        name: Destination(to.bucket_name, to.object_key, to.region, to.assume_role_arn)
        for name, to in asset.destinations.items()
    }
    source = _inside(file.parent / asset.source.path, root, file)
    if not source.exists():
        at = f"files.{asset_id}.source.path"
        raise Unreadable(f"{asset.source.path} is not there", SYNTHESIZE_AGAIN, file=str(file), path=at)
    return FileAsset(asset_id, source, asset.source.packaging, destinations, asset.display_name)


def _text(item: _Artifact, key: str, file: Path) -> str:
    value = item.properties.get(key)
    if not isinstance(value, str):
        raise Unreadable(f"{item.type} has no text {key!r}", SYNTHESIZE_AGAIN, file=str(file))
    return value


def _inside(path: Path, root: Path, file: Path) -> Path:
    """`path`, resolved; Unreadable if it leads out of the assembly."""
    resolved = path.resolve()
    if not resolved.is_relative_to(root):
        raise Unreadable(f"{path} lies outside the assembly {root}", SYNTHESIZE_AGAIN, file=str(file))
    return resolved
