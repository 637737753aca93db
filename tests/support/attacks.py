"""Every operation as somebody would attack it: a good request as data, and everything that may be wrong about one.

What can be wrong follows from the promise (a body's schema, its headers, who may call); what the promise can't say
stands in `TARGETS`, by operation. One that is not there has not been thought about, and a test refuses it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from tests.support.openapi import operations, resolved

type Json = Any
type Caller = Literal["nobody", "customer", "operator", "partner", "carrier"]

JSON: Final = "application/json"
KEY: Final = "Idempotency-Key"
NO_SUCH_ID: Final = "01JDA7C0R00000000000000000"
LIMIT_BYTES: Final = 64 * 1024


@dataclass(frozen=True)
class Target:
    """A good request to an operation, as far as attacks change it.

    `body` is a good one, None where none is taken. `owned` says that its path names something of one caller's alone.
    `once` says that it makes something, so that of many such requests at once one counts. `is_open` says that its body
    may hold what nobody knows.
    """

    body: Json = None
    headers: Mapping[str, str] = field(default_factory=dict)
    owned: bool = False
    once: bool = False
    is_open: bool = False


_DETAILS: Final = {"name": "Attacked", "category": "attacks", "price": {"amount": 1, "currency": "EUR"}}
_ANY: Final = {"If-Match": "*"}
_SCAN: Final = {
    "id": "attacked-0001",
    "tracking_number": f"NW{NO_SUCH_ID}01",
    "status": "DISPATCHED",
    "scanned_at": "2026-11-26T05:00:00.000Z",
}
_ORDER: Final = {"lines": [{"sku": "NO-SUCH-SKU", "quantity": 1}]}

TARGETS: Final[Mapping[str, Target]] = {
    "listProducts": Target(),
    "createProduct": Target({"sku": "NO-SUCH-SKU", **_DETAILS}, once=True),
    "getProduct": Target(),
    "replaceProduct": Target(_DETAILS, _ANY),
    "getAvailability": Target(),
    "adjustStock": Target({"delta": 1}, once=True),
    "importProducts": Target({"size": 1}, once=True),
    "getProductImport": Target(),
    "listOrders": Target(),
    "placeOrder": Target(_ORDER, once=True),
    "getOrder": Target(owned=True),
    "cancelOrder": Target(owned=True),
    "payOrder": Target(owned=True),
    "getPayment": Target(owned=True),
    "getTimeline": Target(owned=True),
    "getInvoice": Target(owned=True),
    "openClaim": Target({"reason": "DAMAGED"}, owned=True, once=True),
    "getPreferences": Target(),
    "replacePreferences": Target({"language": "en", "currency": "EUR", "newsletter": False}, _ANY),
    "getProfile": Target(),
    "changeProfile": Target({"name": "Ann"}, _ANY),
    "eraseCustomer": Target(),
    "setStanding": Target({"blocked": False}),
    "findCustomers": Target({"email": "nobody@example.com"}),
    "redriveQueue": Target({"messages_per_second": 1}, once=True),
    "listPartnerOrders": Target(),
    "placePartnerOrder": Target(_ORDER, once=True),
    "getPartnerOrder": Target(owned=True),
    "getPartnerUsage": Target(),
    "scanParcel": Target(_SCAN),
    "hearPaymentProvider": Target(
        {"id": "evt-00000001", "type": "payment.declined", "payment_id": NO_SUCH_ID},
        {"X-Provider-Signature": "t=1,v1=2"},
        is_open=True,
    ),
    "getHealth": Target(),
    "listShippingMethods": Target(),
    "getOpenApi": Target(),
}


@dataclass(frozen=True)
class Attack:
    """One bad request. `path` holds parameters to be filled in; `right` are the statuses that are right for it."""

    operation: str
    name: str
    method: str
    path: str
    caller: Caller
    right: tuple[int, ...]
    raw: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    query: str = ""

    def __str__(self) -> str:
        return f"{self.operation}-{self.name.replace(' ', '-')}"


@dataclass(frozen=True)
class _Promised:
    """An operation of the promise with its target."""

    method: str
    path: str
    said: Mapping[str, Any]
    target: Target

    @property
    def name(self) -> str:
        return str(self.said["operationId"])

    @property
    def caller(self) -> Caller:
        if not self.said["security"]:
            return "nobody"
        if "partner" in self.said["security"][0]:
            return "partner"
        if "carrier" in self.said["security"][0]:
            return "carrier"
        return "operator" if self.said.get("x-group") == "ops" else "customer"

    @property
    def media_type(self) -> str:
        return str(next(iter(self.said["requestBody"]["content"])))

    @property
    def schema(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = resolved(self.said["requestBody"]["content"][self.media_type]["schema"])
        return found

    def parameters(self, place: str) -> list[Mapping[str, Any]]:
        every: list[Mapping[str, Any]] = [resolved(each) for each in self.said.get("parameters", [])]
        return [each for each in every if each["in"] == place]

    @property
    def takes_key(self) -> bool:
        return any(each["name"] == KEY for each in self.parameters("header"))

    def attack(self, name: str, *right: int, **changed: Any) -> Attack:
        """The good request with something else; a header that is None is left out."""
        headers: dict[str, str | None] = dict(self.target.headers)
        if self.takes_key:
            headers[KEY] = "attacked-00000001"
        if self.target.body is not None:
            headers["Content-Type"] = self.media_type
            changed.setdefault("raw", written(self.target.body))
        headers |= changed.pop("headers", {})
        kept = {header: value for header, value in headers.items() if value is not None}
        path = changed.pop("path", self.path)
        return Attack(self.name, name, self.method, path, self.caller, right, headers=kept, **changed)


def written(body: Json) -> bytes:
    """A body as it is sent; half a surrogate as the escape that JSON has for it."""
    return json.dumps(body).encode()


def attacks() -> list[Attack]:
    """Every attack on every operation of the promise. KeyError for an operation without a target."""
    found: list[Attack] = []
    for (method, path), said in operations().items():
        promised = _Promised(method, path, said, TARGETS[said["operationId"]])
        found += _on_paths(promised)
        found += _on_queries(promised)
        found += _on_headers(promised)
        found += _on_bodies(promised) if promised.target.body is not None else _with_bodies(promised)
    return found


def targets() -> Iterator[tuple[str, str, str, Caller, Target]]:
    """Name, method, path, caller and target of every operation."""
    for (method, path), said in operations().items():
        promised = _Promised(method, path, said, TARGETS[said["operationId"]])
        yield promised.name, method, path, promised.caller, promised.target


ODD_PARTS: Final = {
    "a NUL": "%00",
    "a line feed": "a%0Ab",
    "a script of another direction": "%D7%A9%D7%9C%D7%95%D7%9D",
    "digits of another script": "%D9%A1%D9%A2%D9%A3",
    "a look-alike": "%D0%A2EA-100",
    "bytes that are no UTF-8": "%ff%fe",
    "a way up": "%2e%2e%2f%2e%2e",
    "a quotation": "%27%20OR%201%3D1--",
    "three thousand letters": "A" * 3000,
}


def _on_paths(promised: _Promised) -> Iterator[Attack]:
    for parameter in promised.parameters("path"):
        for name, part in ODD_PARTS.items():
            path = promised.path.replace(f"{{{parameter['name']}}}", part)
            yield promised.attack(f"{name} as {parameter['name']}", 400, 403, 404, 414, path=path)


def _on_queries(promised: _Promised) -> Iterator[Attack]:
    names = {each["name"]: each for each in promised.parameters("query")}
    good = "category=tea&" if "category" in names else ""
    for name, parameter in names.items():
        others = "" if name == "category" else good
        yield promised.attack(f"{name} twice", 400, query=f"{others}{name}=1&{name}=2")
        yield promised.attack(f"no {name} in it", 400, query=f"{others}{name}=")
        yield promised.attack(f"a NUL as {name}", 400, query=f"{others}{name}=%00")
        yield promised.attack(
            f"ten thousand letters as {name}", 400, 413, 414, 431, query=f"{others}{name}={'x' * 10_000}"
        )
        if parameter["required"]:
            yield promised.attack(f"without {name}", 400)


def _on_headers(promised: _Promised) -> Iterator[Attack]:
    for parameter in promised.parameters("header"):
        if parameter["required"]:
            right = 428 if parameter["name"] == "If-Match" else 400
            yield promised.attack(f"without {parameter['name']}", right, headers={parameter["name"]: None})
    if promised.takes_key:
        for name, key in {
            "a short key": "7777777",
            "a long key": "x" * 65,
            "two keys": "attacked-0001, attacked-0002",
            "a key with a quotation": "attacked' OR 1=1",
            "an empty key": " ",
        }.items():
            yield promised.attack(name, 400, headers={KEY: key})


BAD_JSON: Final = {
    "nothing": b"",
    "half of it": b"{",
    "two of them": b"{}{}",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"text"',
    "a number": b"1e999",
    "not a number": b'{"a": NaN}',
    "no UTF-8": b'{"a": "\xff"}',
    "a NUL": b"\x00",
    "half a surrogate": b'{"a": "\\ud800"}',
    "a tower of lists": b"[" * 20_000,
    "a form": b"a=1&b=2",
    "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
}


def _on_bodies(promised: _Promised) -> Iterator[Attack]:
    for name, raw in BAD_JSON.items():
        yield promised.attack(f"a body of {name}", 400, raw=raw)
    large = {**promised.target.body, "x": "x" * (LIMIT_BYTES + 1)}
    yield promised.attack("a body over the limit", 400, 413, raw=written(large))
    unsaid = () if promised.target.is_open else ("",)  # the gateway takes what says nothing of itself for JSON
    for media_type in ("text/plain", "text/xml", "multipart/form-data", "application/jsonp", *unsaid):
        yield promised.attack(f"a body as {media_type or 'nothing'}", 400, 415, headers={"Content-Type": media_type})
    if not promised.target.is_open:
        yield promised.attack("an unknown property", 400, raw=written({**promised.target.body, "owner": "somebody"}))
    for name in promised.schema.get("required", []):
        lacking = {key: value for key, value in promised.target.body.items() if key != name}
        yield promised.attack(f"a body without {name}", 400, raw=written(lacking))
    for name, schema in promised.schema["properties"].items():
        for what, value in _wrong(schema):
            yield promised.attack(f"{what} as {name}", 400, raw=written({**promised.target.body, name: value}))


def _wrong(schema: Mapping[str, Any]) -> Iterator[tuple[str, Json]]:
    """Values that a schema does not take."""
    kind = schema["type"]
    values: dict[str, Json] = {
        "a list of nothing known": [{"a": [1]}],
        "an object": {"a": 1},
        "true": True,
        "half a number": 0.5,
        "a number of forty digits": 10**40,
        "a text of a number": "1",
        "half a surrogate": "\ud800",
        "a NUL": "a\x00b",
        "null": None,
    }
    if kind == "boolean":
        del values["true"]
    if kind == "string" and "pattern" not in schema and "enum" not in schema:
        for fits in ("a text of a number", "a NUL", "half a surrogate"):
            del values[fits]
    if kind == "string" and _fits(schema, "1"):
        values.pop("a text of a number", None)
    if schema.get("nullable"):
        del values["null"]
    yield from values.items()


def _fits(schema: Mapping[str, Any], text: str) -> bool:
    """Whether a schema of a text takes it."""
    pattern = schema.get("pattern")
    fits = pattern is None or re.search(pattern, text) is not None
    return fits and len(text) >= schema.get("minLength", 0) and text in schema.get("enum", [text])


def _with_bodies(promised: _Promised) -> Iterator[Attack]:
    """Where something changes without a body, one is refused; where something is only read, nobody looks at it."""
    if promised.method != "GET":
        yield promised.attack("a body where none belongs", 400, raw=b'{"a": 1}', headers={"Content-Type": JSON})
