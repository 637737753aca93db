"""A template as a stack would have it: parameters, pseudo parameters, mappings and conditions are put in.

Pure. What only a deployment makes stays a mark: `Ref` and `Fn::GetAtt` of a resource are never resolved, so that two
templates can be compared by what they name. Source: "Parameters" in the CloudFormation user guide, and the API
reference, `Parameter`: DescribeStacks and DescribeChangeSet tell each value, for one that SSM fills the ResolvedValue.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.rehearsal.read.conditions import known_conditions
from pipeline.rehearsal.read.intrinsics import Names, Resolver
from pipeline.rehearsal.read.references import Reference, references
from pipeline.rehearsal.spec import Json, Resource, Template

NOTHING = Template(Path("nothing"), "", 0, {})
"""What is deployed before a first release."""

_HIDDEN = "****"  # what AWS tells of a parameter that is declared NoEcho


@dataclass(frozen=True)
class Ground:
    """What a template stands on: its stack and where that is, and the values of its parameters as texts."""

    stack: str
    account: str
    region: str
    parameters: Mapping[str, str] = field(default_factory=dict)


class Resolved:
    """The resources of a template on its ground."""

    def __init__(self, template: Template, ground: Ground) -> None:
        """Find out which conditions hold; nothing else is resolved yet."""
        declared = {name: _valued(each, ground.parameters.get(name)) for name, each in template.parameters.items()}
        names = Names(
            stack=ground.stack,
            resources=frozenset(template.resources),
            parameters=declared,
            mappings=template.mappings,
            account=ground.account,
            region=ground.region,
        )
        self._conditions = known_conditions(template.conditions, names)
        self._resolver = Resolver(replace(names, conditions=self._conditions), str(template.path))
        # All that a function could be made of which can't be resolved.
        self._all: dict[str, Json] = {
            "parameters": declared,
            "mappings": dict(template.mappings),
            "conditions": dict(template.conditions),
        }
        self.resources: Mapping[str, Resource] = {
            name: each for name, each in template.resources.items() if self._conditions.get(each.condition or "", True)
        }
        """The resources that are there: those whose condition doesn't hold are left out."""

    def properties(self, logical_id: str) -> dict[str, Json]:
        """The properties of one resource; those that AWS::NoValue takes away are left out."""
        found = self.value(dict(self.resources[logical_id].properties))
        return found if isinstance(found, dict) else {}

    def value(self, written: dict[str, Json]) -> dict[str, Json]:
        """What each key of `written` comes to."""
        found = {key: self._resolved(value) for key, value in written.items()}
        return {key: value for key, value in found.items() if value is not None}

    def condition(self, logical_id: str) -> Json:
        """What decides whether the resource is there, where it isn't known; None where it is."""
        name = self.resources[logical_id].condition
        return None if name is None or name in self._conditions else [name, self._all]

    def references(self, logical_id: str, name: str) -> frozenset[Reference]:
        """The resources that a property names as it is written, in both branches of a condition."""
        named = references(self.resources[logical_id].properties.get(name))
        return frozenset(each for each in named if each.logical_id in self.resources)

    def _resolved(self, written: Json) -> Json:
        known = len(self._resolver.problems)
        resolved = self._resolver.resolve(written, "")
        # What can't be resolved is compared by all that it could hang on: better a change too many than one too few.
        return resolved if len(self._resolver.problems) == known else [written, self._all]


def _valued(declared: Json, value: str | None) -> Json:
    """A parameter's declaration, with the value that it was given in place of its default."""
    if not isinstance(declared, dict) or value is None or value == _HIDDEN:
        return declared
    a_list = "List<" in str(declared.get("Type")) or declared.get("Type") == "CommaDelimitedList"
    parts: list[Json] = [part.strip() for part in value.split(",")]
    return {"Type": "String", "Default": parts if a_list else value}
