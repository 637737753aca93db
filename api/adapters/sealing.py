"""Fields of personal data, sealed before they reach a table.

Envelope encryption. Each time an item is written, KMS makes a data key for it and wraps that under the stage's field
key; each field is sealed with it by AES-256-GCM, with a nonce of its own, and the wrapped key is kept beside them. The
encryption context (customer, entity, stage) binds the wrapped key: KMS unwraps it for the same one only, and writes it
into its trail. Context, version, wrapped key and the field's name are authenticated with the field, so that no field
opens in the place of another, or of another customer. A read costs one request to KMS, however many fields there are.

    {"v": 1, "key": base64(wrapped data key), "fields": {name: base64(nonce + ciphertext + tag)}}
"""

import base64
import binascii
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from api.domain.events import Json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from mypy_boto3_kms import KMSClient

VERSION: Final = 1
_NONCE_BYTES: Final = 12
_REFUSED: Final = {"InvalidCiphertextException", "IncorrectKeyException"}


class SealBroken(Exception):
    """A field was changed, is not from here, or is of another customer, entity or stage."""


@dataclass(frozen=True, slots=True)
class Context:
    """What sealed fields belong to."""

    customer: str
    entity: str
    stage: str

    def pairs(self) -> dict[str, str]:
        """KMS's encryption context. It is no secret: it stands in CloudTrail."""
        return {"customer": self.customer, "entity": self.entity, "stage": self.stage}

    def of_field(self, name: str, wrapped_key: bytes) -> bytes:
        """What is authenticated with a field."""
        said = {**self.pairs(), "field": name, "key": _text(wrapped_key), "v": VERSION}
        return json.dumps(said, sort_keys=True).encode()


class Seals:
    """Seals and opens fields under the key `key_arn` of KMS."""

    def __init__(self, client: "KMSClient", key_arn: str) -> None:
        self._client = client
        self._key_arn = key_arn

    def seal(self, fields: Mapping[str, str], context: Context) -> dict[str, Json]:
        """The fields, each sealed under a new data key."""
        made = self._client.generate_data_key(KeyId=self._key_arn, KeySpec="AES_256", EncryptionContext=context.pairs())
        cipher, wrapped = self._cipher(made["Plaintext"]), made["CiphertextBlob"]
        sealed: dict[str, Json] = {}
        for name, value in fields.items():
            nonce = os.urandom(_NONCE_BYTES)
            sealed[name] = _text(nonce + cipher.encrypt(nonce, value.encode(), context.of_field(name, wrapped)))
        return {"v": VERSION, "key": _text(wrapped), "fields": sealed}

    def open(self, envelope: Mapping[str, Json], context: Context) -> dict[str, str]:
        """The fields of an envelope. Raises SealBroken."""
        from cryptography.exceptions import InvalidTag

        if envelope.get("v") != VERSION:
            raise SealBroken("the envelope has a version that is not known here")
        wrapped = _bytes(envelope.get("key"))
        cipher = self._cipher(self._unwrapped(wrapped, context))
        fields = envelope.get("fields")
        if not isinstance(fields, Mapping):
            raise SealBroken("the envelope has no fields")
        opened: dict[str, str] = {}
        for name, value in fields.items():
            sealed = _bytes(value)
            try:
                plain = cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context.of_field(name, wrapped))
            except (InvalidTag, ValueError) as error:
                raise SealBroken(f"the field {name} is not as it was sealed") from error
            opened[name] = plain.decode()
        return opened

    def _unwrapped(self, wrapped: bytes, context: Context) -> bytes:
        try:
            answer = self._client.decrypt(
                KeyId=self._key_arn, CiphertextBlob=wrapped, EncryptionContext=context.pairs()
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in _REFUSED:
                raise SealBroken("the data key does not open in this context") from error
            raise
        return answer["Plaintext"]

    @staticmethod
    def _cipher(key: bytes) -> "AESGCM":
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # here: only what opens a field pays for it

        return AESGCM(key)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(value: Json) -> bytes:
    if not isinstance(value, str):
        raise SealBroken("a part of the envelope is not text")
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise SealBroken("a part of the envelope is not base64") from error
