"""The partition keys that a request to DynamoDB names, table by table: what `dynamodb:LeadingKeys` stands for. Pure.

Source: DynamoDB developer guide, "Using IAM policy conditions for fine-grained access control": `dynamodb:LeadingKeys`
is the first key attribute of a table, the partition key; a grant on an index is held to the first key attribute of the
index. The key is plural for requests of a single item too, since a batch names many. A Scan names none, so that
`ForAllValues` holds for it: a grant by leading keys must leave Scan out, as the guide says. PartiQL is not read.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

type Document = Mapping[str, Any]
type KeyOf = Callable[[str, str | None], str | None]
"""The first key attribute of a table, by its name or ARN, or of an index of it; None if there is no such thing."""

TOKEN = re.compile(r"[#:]?[\w.-]+|<=|>=|<>|[=<>(),]")


def leading_keys(request: Document, key_of: KeyOf) -> dict[str, list[str]]:
    """The values of partition keys by the table's name; a table of which none is named is left out."""
    found: dict[str, list[str]] = {}
    for table, index, named in _parts(request):
        value = named.get(key_of(table, index) or "")
        if isinstance(value, Mapping) and len(value) == 1:
            found.setdefault(name_of(table), []).append(str(next(iter(value.values()))))
    return found


def name_of(table: str) -> str:
    """The name of a table that is told by its name, by its ARN or by that of an index of it."""
    return table.partition(":table/")[2].partition("/")[0] if table.startswith("arn:") else table


def equalities(query: Document) -> dict[str, Any]:
    """What a query's key condition says is equal: typed values by attribute."""
    names, values = _document(query.get("ExpressionAttributeNames")), _document(query.get("ExpressionAttributeValues"))
    tokens = TOKEN.findall(str(query.get("KeyConditionExpression", "")))
    found: dict[str, Any] = {}
    for left, sign, right in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if sign == "=":
            name, value = (left, right) if right.startswith(":") else (right, left)
            found[str(names.get(name, name))] = values.get(value)
    for name, condition in _document(query.get("KeyConditions")).items():
        if _document(condition).get("ComparisonOperator") == "EQ":
            found[name] = next(iter(_list(_document(condition).get("AttributeValueList"))), None)
    return found


def _parts(request: Document) -> Iterator[tuple[str, str | None, Document]]:
    """Each table with its index, if one is queried, and the attributes that one item or the query names."""
    transacted = [_document(part) for item in _list(request.get("TransactItems")) for part in _document(item).values()]
    for part in (request, *transacted):
        table, index = part.get("TableName"), part.get("IndexName")
        if isinstance(table, str):
            named: Document = {**equalities(part), **_document(part.get("Item")), **_document(part.get("Key"))}
            yield table, index if isinstance(index, str) else None, named
    for table, batch in _document(request.get("RequestItems")).items():
        for named in _batched(batch):
            yield table, None, named


def _batched(batch: object) -> Iterator[Document]:
    """What a batch names of one table: keys to get, items to put, keys to delete."""
    yield from map(_document, _list(_document(batch).get("Keys")))
    for each in _list(batch):
        for part in _document(each).values():
            yield {**_document(_document(part).get("Item")), **_document(_document(part).get("Key"))}


def _document(value: object) -> Document:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
