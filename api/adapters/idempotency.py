"""A request that is repeated under the same key has its effect once, and its answer as often as it is asked for.

Powertools keeps the records in a table of its own: partition key `id`, time to live in `expiration`. A record is bound
to caller, route and key, and remembers a hash of the body. It is imported by the first request that has such a key, as
it brings all of boto3 with it and most environments start with a request that only reads.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from api.domain.events import Json

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig
    from aws_lambda_powertools.utilities.idempotency.hook import IdempotentHookFunction
    from aws_lambda_powertools.utilities.idempotency.persistence.datarecord import DataRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_SECONDS: Final = 24 * 60 * 60
"""As long as the contract promises. What else must know of the request afterwards is kept for longer."""
_PREFIX: Final = "orders"
"""Instead of the function's name, so that versions and renamed functions share their records."""

_in_order = json.JSONEncoder(sort_keys=True).encode

type Effect = Callable[[], dict[str, Json]]
"""Does the work and returns its answer as JSON. If it raises, nothing is remembered and a repetition tries again."""


class InProgress(Exception):
    """The first request with this key has not ended yet."""


class KeyReused(Exception):
    """The key was used before, with another body."""


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A request that may come again: who asks, for what, under which key, with which body."""

    caller: str
    route: str
    key: str
    body: Json

    def digest(self) -> str:
        """64 hexadecimal digits that stand for this request and no other."""
        return hashlib.sha256(_in_order([self.caller, self.route, self.key, self.body]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Outcome:
    """An effect's answer, and whether it is an earlier one."""

    answer: Mapping[str, Json]
    replayed: bool


class Idempotency:
    """Powertools' idempotency on its own table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def once(self, request: Repeatable, context: "LambdaContext", effect: Effect) -> Outcome:
        """Run the effect unless it has run for this request. Raises InProgress or KeyReused.

        Powertools keeps an answer with its names in alphabetical order; the first one gets the same order, so that
        both are the same text.
        """
        from aws_lambda_powertools.utilities.idempotency import exceptions, idempotent_function

        replays: list[bool] = []

        def on_replay(response: Any, idempotent_data: "DataRecord") -> Any:  # noqa: ARG001 - Powertools names it
            replays.append(True)
            return response

        def run(*, identity: dict[str, Json]) -> dict[str, Json]:  # noqa: ARG001 - Powertools reads it by its name
            return effect()

        once = idempotent_function(
            run,
            data_keyword_argument="identity",
            persistence_store=self._store,
            config=_config(context, on_replay),
            key_prefix=_PREFIX,
        )
        try:
            answer = once(identity={"key": [request.caller, request.route, request.key], "body": request.body})
        except exceptions.IdempotencyAlreadyInProgressError as error:
            raise InProgress from error
        except exceptions.IdempotencyValidationError as error:
            raise KeyReused from error
        return Outcome({name: _ordered(answer[name]) for name in sorted(answer)}, replayed=bool(replays))

    @cached_property
    def _store(self) -> "DynamoDBPersistenceLayer":
        from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer

        return DynamoDBPersistenceLayer(table_name=self._table, boto3_client=self._client)


def _ordered(value: Json) -> Json:
    match value:
        case dict():
            return {name: _ordered(value[name]) for name in sorted(value)}
        case list():
            return [_ordered(each) for each in value]
        case _:
            return value


def _config(context: "LambdaContext", on_replay: "IdempotentHookFunction") -> "IdempotencyConfig":
    from aws_lambda_powertools.utilities.idempotency import IdempotencyConfig

    return IdempotencyConfig(
        event_key_jmespath="key",
        payload_validation_jmespath="body",
        raise_on_no_idempotency_key=True,
        expires_after_seconds=KEPT_SECONDS,
        hash_function="sha256",
        lambda_context=context,  # an abandoned record ends when this invocation would have
        response_hook=on_replay,
    )
