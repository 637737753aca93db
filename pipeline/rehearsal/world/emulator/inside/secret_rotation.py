"""Secrets that rotate: RotateSecret asks the secret's function for its four steps, one after the other.

Source: Secrets Manager API reference, RotateSecret; user guide, "Rotation by Lambda function". A step that fails ends
the rotation, and the version in the making stays pending. ministack makes the old value the new one and asks nobody.
Nothing rotates because it is due, and a rotation that is not to be made at once is not tried by its test step either.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.rehearsal.world.emulator.inside.resources.registry import Created, Properties, here, register
from pipeline.rehearsal.world.emulator.inside.seams import Seam
from pipeline.rehearsal.world.emulator.inside.telemetry import Place

MODULE = "ministack.services.secretsmanager"
ROTATE = Seam(MODULE, "_rotate_secret", ("data",))
GET = Seam(MODULE, "_get_secret_value", ("data",))
FIND = Seam(MODULE, "_resolve", ("secret_id", "use_arn_scope"))
ANSWER = Seam(MODULE, "json_response")
REFUSE = Seam(MODULE, "error_response_json")
SEAMS = (ROTATE, GET, FIND, ANSWER, REFUSE)

SCHEDULE = "AWS::SecretsManager::RotationSchedule"
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")

type Invoke = Callable[[Place, str, Any], Mapping[str, Any]]
type Asked = Mapping[str, Any]
type Secret = dict[str, Any]

log = logging.getLogger("slipway.rotation")


@dataclass(frozen=True)
class SecretRotation:
    """`invoke` runs a function of a place by its ARN."""

    invoke: Invoke

    def install(self) -> None:
        """Wrap RotateSecret and GetSecretValue, and register the schedule's type."""
        ROTATE.wrap(self._rotating)
        GET.wrap(_without_empty_versions)
        register(SCHEDULE, self.create, self.update, self.delete)

    def create(self, _logical_id: str, properties: Properties, _stack_name: str) -> Created:
        """Let the secret rotate by the function, and do so at once unless the template says otherwise."""
        arn = str(properties["SecretId"])
        secret = _secret(arn)
        if secret is None:
            raise ValueError(f"there is no secret {arn}")
        at_once = str(properties.get("RotateImmediatelyOnUpdate", True)).lower() == "true"
        self._begin(secret, {**properties, "RotateImmediately": at_once})
        return arn, {}

    def update(self, physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str) -> Created:
        """As for a new one; a secret that is no longer meant rotates no more."""
        if old["SecretId"] != new["SecretId"]:
            self.delete(physical_id, old)
        return self.create(logical_id, new, stack_name)

    def delete(self, physical_id: str, _: Properties) -> None:
        """The secret rotates no more."""
        if secret := _secret(physical_id):
            secret["RotationEnabled"] = False

    def _rotating(self, original: Callable[[Asked], Any]) -> Callable[[Asked], Any]:
        def rotate(data: Asked) -> Any:
            secret = _secret(str(data.get("SecretId")))
            if secret is None or secret.get("DeletedDate") or not _function(secret, data):
                return original(data)
            version = self._begin(secret, data)
            return ANSWER.get()({"ARN": secret["ARN"], "Name": secret["Name"], "VersionId": version})

        return rotate

    def _begin(self, secret: Secret, data: Asked) -> str:
        """Keep what the secret is to rotate by, and begin if it is to rotate now; the version's id."""
        secret["RotationLambdaARN"] = _function(secret, data)
        secret["RotationRules"] = data.get("RotationRules") or secret.get("RotationRules") or {}
        secret["RotationEnabled"] = True
        version = str(data.get("ClientRequestToken") or uuid.uuid4())
        if data.get("RotateImmediately", True):
            pending = {"SecretString": None, "SecretBinary": None, "CreatedDate": int(time.time())}
            secret["Versions"][version] = {**pending, "Stages": ["AWSPENDING"]}
            asked = (here(), secret["RotationLambdaARN"], secret["ARN"], version)
            threading.Thread(target=self._take_steps, args=asked, name="rotation", daemon=True).start()
        return version

    def _take_steps(self, place: Place, function: str, secret: str, version: str) -> None:
        for step in STEPS:
            told = self.invoke(place, function, {"Step": step, "SecretId": secret, "ClientRequestToken": version})
            if told.get("error"):
                log.warning("rotation of %s ended in %s: %s", secret, step, told.get("body"))
                return


def _secret(secret_id: str) -> Secret | None:
    found: Secret | None = FIND.get()(secret_id)[1]
    return found


def _function(secret: Secret, data: Asked) -> str:
    return str(data.get("RotationLambdaARN") or secret.get("RotationLambdaARN") or "")


def _without_empty_versions(original: Callable[[Asked], Any]) -> Callable[[Asked], Any]:
    """A version that has only been begun can't be read."""

    def get(data: Asked) -> Any:
        secret = _secret(str(data.get("SecretId")))
        if secret is not None and _is_empty(secret, data):
            asked = data.get("VersionId") or data.get("VersionStage")
            message = f"Secrets Manager can't find the specified secret value for: {asked}."
            return REFUSE.get()("ResourceNotFoundException", message, 400)
        return original(data)

    return get


def _is_empty(secret: Secret, data: Asked) -> bool:
    """Whether the version that is asked for, by its id or else by its label, has no value yet."""
    stage = data.get("VersionStage", "AWSCURRENT")
    versions = secret["Versions"]
    by_label = next((each for each in versions.values() if stage in each["Stages"]), None)
    version = versions.get(data["VersionId"]) if data.get("VersionId") else by_label
    return version is not None and version.get("SecretString") is None and version.get("SecretBinary") is None
