"""A table's copies and indexes, as both of CloudFormation's types of table write them. Pure."""

from collections.abc import Iterator, Mapping

from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.values import at
from pipeline.gates.openapi.node import Json, listed

TABLE, GLOBAL_TABLE = "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"
TABLES = (TABLE, GLOBAL_TABLE)


def copies(table: Resource) -> Iterator[tuple[str, Json]]:
    """The place and the settings of each copy: a table's own, or those of a global table's replicas."""
    if table.type == TABLE:
        yield "", table.properties
        return
    for number, replica in enumerate(listed(table.at("Replicas"))):
        yield f"Replicas.{number}.", replica


def indexes(table: Resource) -> Mapping[str, Json]:
    """Its global secondary indexes by name."""
    return {str(at(index, "IndexName")): index for index in listed(table.at("GlobalSecondaryIndexes"))}
