"""A concrete request, drawn from a plan by a seeded generator of random numbers. Pure."""

import json
import random
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from pipeline.rehearsal.load.plan import IDEMPOTENCY_KEY, Choice, RequestTemplate

WATCHED_SHARE = 0.9
"""A canary sees a tenth of the requests to its function: those to functions that do not change teach nobody anything,
and yet go on, as they do in production."""


@dataclass(frozen=True)
class Request:
    """A request: `target` is path and query, already encoded; `body` is JSON text or None."""

    operation: str
    method: str
    target: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = None


def _drawn(choices: Sequence[Choice], rng: random.Random) -> dict[str, str]:
    """A value for every choice; one that is not required is left out half of the time."""
    return {choice.name: rng.choice(choice.values) for choice in choices if choice.required or rng.random() < 0.5}


def by_tag(templates: Sequence[RequestTemplate]) -> tuple[tuple[RequestTemplate, ...], ...]:
    """The templates of each tag together, in the order of the document."""
    tags = dict.fromkeys(template.tag for template in templates)
    return tuple(tuple(template for template in templates if template.tag == tag) for tag in tags)


@dataclass(frozen=True)
class Mix:
    """What to draw from: the templates of each tag together, those that lead to what is `watched` and the `others`.

    Operations of one tag tend to be one function's. If all operations were as likely, one that answers few of them
    would get few requests, and its canary would be the one that all others wait for.
    """

    watched: tuple[tuple[RequestTemplate, ...], ...]
    others: tuple[tuple[RequestTemplate, ...], ...] = ()


def mixed(templates: Sequence[RequestTemplate], watched: Collection[str]) -> Mix:
    """A mix of `templates`: `watched` names operations; if it names all of them, or none, all are of one kind."""
    inside = [template for template in templates if template.operation in watched]
    outside = [template for template in templates if template.operation not in watched]
    return Mix(by_tag(inside), by_tag(outside)) if inside else Mix(by_tag(outside))


def draw(mix: Mix, rng: random.Random) -> Request:
    """The next request: every tag is as likely as every other, and so is each of its operations, and each value.

    Where some operations lead to what is watched, they get `WATCHED_SHARE` of all requests between them.
    """
    tagged = mix.others if mix.others and rng.random() >= WATCHED_SHARE else mix.watched
    template = rng.choice(rng.choice(tagged))
    path = template.path
    for name, value in _drawn(template.path_parameters, rng).items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    query = urlencode(_drawn(template.query, rng))
    headers = {"Accept": "application/json", **_drawn(template.headers, rng)}
    if template.tokens:
        headers["Authorization"] = f"Bearer {rng.choice(template.tokens)}"
    if template.fresh_key:
        headers[IDEMPOTENCY_KEY] = str(uuid.UUID(int=rng.getrandbits(128), version=4))
    body = None
    if template.bodies:
        headers["Content-Type"] = "application/json"
        body = json.dumps(rng.choice(template.bodies)).encode()
    return Request(template.operation, template.method, f"{path}?{query}" if query else path, headers, body)
