"""Sealed fields: what goes in comes out, for the same customer, entity and stage only, and unchanged only."""

import base64
import json
from dataclasses import replace
from typing import Any, Final

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.adapters.sealing import Context, SealBroken, Seals

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]

ANN: Final = Context("ann", "PROFILE", "beta")
quickly = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
fields = st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=60), max_size=4)


@pytest.fixture(scope="module")
def seals(stage: object) -> Seals:
    """Seals under a new key of the emulated KMS."""
    assert stage
    kms = boto3.client("kms")
    return Seals(kms, kms.create_key()["KeyMetadata"]["Arn"])


@quickly
@given(fields)
def test_what_is_sealed_opens_as_it_was(seals: Seals, told: dict[str, str]) -> None:
    assert seals.open(seals.seal(told, ANN), ANN) == told


@quickly
@given(st.text(alphabet=st.characters(codec="ascii", categories=["Lu", "Ll"]), min_size=6, max_size=40))
def test_the_envelope_shows_nothing_of_what_is_in_it(seals: Seals, secret: str) -> None:
    envelope: Any = seals.seal({"name": secret}, ANN)
    sealed = b"".join([base64.b64decode(envelope["key"]), *map(base64.b64decode, envelope["fields"].values())])
    assert secret.encode() not in sealed
    assert secret not in json.dumps(envelope)


def test_the_same_is_never_sealed_alike(seals: Seals) -> None:
    told = {"name": "Ann", "other": "Ann"}
    one, other = seals.seal(told, ANN), seals.seal(told, ANN)
    assert len({json.dumps(part) for part in (one["key"], other["key"])}) == 2
    sealed: list[Any] = [value for envelope in (one, other) for value in dict(envelope["fields"]).values()]  # type: ignore[arg-type]
    assert len(set(sealed)) == 4


@pytest.mark.parametrize("other", [{"customer": "ben"}, {"entity": "PREFS"}, {"stage": "prod"}])
def test_another_context_opens_nothing(seals: Seals, other: dict[str, str]) -> None:
    envelope = seals.seal({"name": "Ann"}, ANN)
    with pytest.raises(SealBroken, match="does not open in this context"):
        seals.open(envelope, replace(ANN, **other))


@quickly
@given(st.data())
def test_a_changed_bit_is_noticed(seals: Seals, data: st.DataObject) -> None:
    envelope: Any = seals.seal({"name": "Ann", "phone": "+46701234567"}, ANN)
    place = data.draw(st.sampled_from(["key", "name", "phone"]))
    holder = envelope if place == "key" else envelope["fields"]
    sealed = bytearray(base64.b64decode(holder[place]))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))
    holder[place] = base64.b64encode(sealed).decode()
    with pytest.raises(SealBroken):
        seals.open(envelope, ANN)


def test_a_field_does_not_open_in_the_place_of_another(seals: Seals) -> None:
    envelope: Any = seals.seal({"name": "Ann", "phone": "+46701234567"}, ANN)
    envelope["fields"] = {"name": envelope["fields"]["phone"], "phone": envelope["fields"]["name"]}
    with pytest.raises(SealBroken, match="is not as it was sealed"):
        seals.open(envelope, ANN)


def test_a_field_of_an_older_envelope_does_not_open_in_a_newer_one(seals: Seals) -> None:
    older: Any = seals.seal({"name": "Ann"}, ANN)
    newer: Any = seals.seal({"name": "Eve"}, ANN)
    newer["fields"] = older["fields"]
    with pytest.raises(SealBroken):
        seals.open(newer, ANN)


@pytest.mark.parametrize(
    "broken",
    [
        {"v": 2},
        {"v": None},
        {"key": None},
        {"key": "no base64!"},
        {"key": ""},
        {"fields": None},
        {"fields": {"name": 7}},
        {"fields": {"name": ""}},
        {"fields": {"name": "QUJD"}},
    ],
)
def test_what_is_no_envelope_is_refused(seals: Seals, broken: dict[str, Any]) -> None:
    with pytest.raises(SealBroken):
        seals.open({**seals.seal({"name": "Ann"}, ANN), **broken}, ANN)


def test_another_error_of_kms_does_not_look_like_a_broken_seal() -> None:
    kms = boto3.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    seals = Seals(kms, key)
    envelope = seals.seal({"name": "Ann"}, ANN)
    kms.disable_key(KeyId=key)
    with pytest.raises(kms.exceptions.DisabledException):
        seals.open(envelope, ANN)
