"""The bill of materials: what a thing is made of, as CycloneDX 1.6 in JSON. Pure: the same things make the same bytes.

A lock names every file that may be installed for a version, and not which one was: so hashes stand at a component's
place of distribution, and at the component itself only where the file is there to be measured.
"""

import base64
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from pipeline.gates.dependencies.locked import Locked

_NAMESPACE = uuid.NAMESPACE_URL
_NPM_HASH = "sha512-"


@dataclass(frozen=True)
class Measured:
    """A file that is there: its name and the SHA-256 of its bytes, in hex."""

    name: str
    sha256: str


def bill(
    name: str, day: date, locked: Iterable[Locked], licences: Mapping[str, str], files: Iterable[Measured] = ()
) -> str:
    """The bill of `name`: the files that it is shipped in, and the packages of its locks, each once.

    The hashes of a line that is no good are left out: that line is a finding of its own (`rules.well_locked`).
    """
    packages = {(one.kind, one.pin): one for one in locked if one.version}
    components = [_package(one, licences.get(one.pin, "")) for one in packages.values()]
    components += [_file(one) for one in files]
    subject = Component(name=name, type=ComponentType.APPLICATION, bom_ref=name)
    made = Bom(
        components=components,
        metadata=BomMetaData(component=subject, timestamp=datetime.combine(day, time(), UTC)),
        serial_number=uuid.uuid5(_NAMESPACE, "\n".join(sorted(str(one.bom_ref) for one in components))),
    )
    made.register_dependency(subject, components)
    text: str = JsonV1Dot6(made).output_as_string(indent=1)
    return text


def _package(one: Locked, licence: str) -> Component:
    scope, _, name = one.name.rpartition("/")
    url = PackageURL(one.kind, scope or None, name, one.version)
    place = ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(url.to_string()),
        comment="one of the files with these hashes, as it is locked",
        hashes=[_hash(each) for each in sorted(one.hashes)] if not one.problem else [],
    )
    return Component(
        name=one.name,
        version=one.version,
        type=ComponentType.LIBRARY,
        bom_ref=url.to_string(),
        purl=url,
        licenses=[LicenseFactory().make_from_string(licence)] if licence else [],
        external_references=[place],
    )


def _hash(text: str) -> HashType:
    if text.startswith(_NPM_HASH):
        raw = base64.b64decode(text.removeprefix(_NPM_HASH))
        return HashType(alg=HashAlgorithm.SHA_512, content=raw.hex())
    return HashType(alg=HashAlgorithm.SHA_256, content=text.removeprefix("sha256:"))


def _file(one: Measured) -> Component:
    digest = HashType(alg=HashAlgorithm.SHA_256, content=one.sha256)
    return Component(name=one.name, type=ComponentType.FILE, bom_ref=f"{one.name}#{one.sha256}", hashes=[digest])
