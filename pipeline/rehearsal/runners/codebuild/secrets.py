"""Variables whose values are kept elsewhere: Parameter Store and Secrets Manager, asked of the rehearsal's AWS.

Source: "Build specification reference for CodeBuild", env/parameter-store and env/secrets-manager.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, cast

from pipeline.rehearsal.errors import Refused
from pipeline.rehearsal.spec import EnvironmentVariable

KINDS = {"PARAMETER_STORE": "parameter", "SECRETS_MANAGER": "secret"}


class NotKept(Exception):
    """There is no such parameter or secret; the message says why."""


class Vault(Protocol):
    """Where values are kept. Both raise NotKept."""

    def parameter(self, name: str) -> str:
        """The decrypted value of a parameter."""
        ...

    def secret(self, reference: "SecretReference") -> str:
        """The whole text of one version of a secret."""
        ...


@dataclass(frozen=True)
class SecretReference:
    """`secret-id:json-key:version-stage:version-id`, all but the first optional. An ARN is one secret id."""

    secret_id: str
    json_key: str = ""
    stage: str = ""
    version: str = ""

    @classmethod
    def parse(cls, text: str) -> "SecretReference":
        """Read a reference; an ARN's own six colons are not separators (arn:aws:secretsmanager:…:secret:name)."""
        parts = text.split(":")
        identity = 7 if parts[0] == "arn" else 1
        json_key, stage, version = (*parts[identity:], "", "", "")[:3]
        return cls(":".join(parts[:identity]), json_key, stage, version)


def _member(text: str, key: str) -> str:
    """The member `key` of a secret that is a JSON object; NotKept if it is none, or has none."""
    try:
        document = json.loads(text)
    except ValueError as problem:
        raise NotKept("the secret's text is no JSON object") from problem
    if not isinstance(document, dict) or key not in document:
        raise NotKept(f"the secret has no key {key!r}")
    value = document[key]
    return value if isinstance(value, str) else json.dumps(value)


def _look_up(variable: EnvironmentVariable, vault: Vault) -> str:
    if variable.type == "PARAMETER_STORE":
        return vault.parameter(variable.value)
    reference = SecretReference.parse(variable.value)
    text = vault.secret(reference)
    return _member(text, reference.json_key) if reference.json_key else text


@dataclass(frozen=True)
class Resolved:
    """Every variable's value by name, and which names hold secrets (CodeBuild neither shows nor exports those)."""

    values: Mapping[str, str]
    secret_names: frozenset[str]

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that must not be seen."""
        return tuple(self.values[name] for name in sorted(self.secret_names))


def resolve(variables: Mapping[str, EnvironmentVariable], vault: Callable[[], Vault]) -> Resolved:
    """The values of all variables; `vault` is opened only if one is kept in it.

    Refused when a parameter or a secret is not there: on CodeBuild the build fails before its first command.
    """
    values = {name: variable.value for name, variable in variables.items() if variable.type == "PLAINTEXT"}
    kept = {name: variable for name, variable in variables.items() if variable.type != "PLAINTEXT"}
    opened = vault() if kept else None
    for name, variable in kept.items():
        try:
            values[name] = _look_up(variable, cast(Vault, opened))
        except NotKept as problem:
            what = f"{KINDS[variable.type]} {variable.value!r} of the variable {name}"
            raise Refused(f"{what}: {problem}; create it in the pipeline's account, or mend the reference") from problem
    return Resolved(values, frozenset(kept))
