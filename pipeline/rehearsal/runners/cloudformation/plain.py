"""A template's resources as plain texts, so that two templates can be compared and people can read the difference."""

from pipeline.rehearsal.read.intrinsics import Names, Resolver
from pipeline.rehearsal.spec import Json, Template, symbol, symbols

VERSION = "AWS::Lambda::Version"


class Plain:
    """The properties of a template's resources: `Table.Arn` stands where the ARN isn't known yet.

    A version of a function stands as `version`, whichever it is: each release makes a new one, under a new logical id,
    and what speaks of "the version of this release" has not changed by that.
    """

    def __init__(self, template: Template) -> None:
        """Resolve nothing yet."""
        self._template = template
        names = Names("stack", frozenset(template.resources), template.parameters, template.mappings)
        self._resolver = Resolver(names, str(template.path))
        self._versions = frozenset(resource.logical_id for resource in template.of_type(VERSION))

    def of(self, logical_id: str) -> dict[str, Json]:
        """The properties of one resource."""
        written = dict(self._template.resources[logical_id].properties)
        known = len(self._resolver.problems)
        resolved = self._resolver.resolve(written, logical_id)
        # A function that can't be resolved is compared as it is written: better a change too many than one too few.
        plain = self._without_marks(resolved if len(self._resolver.problems) == known else written)
        return plain if isinstance(plain, dict) else {}

    def _without_marks(self, value: Json) -> Json:
        if isinstance(value, str):
            for name in symbols(value):
                value = value.replace(symbol(name), self._named(name))
            return value
        if isinstance(value, list):
            return [self._without_marks(item) for item in value]
        if isinstance(value, dict):
            return {key: self._without_marks(item) for key, item in value.items()}
        return value

    def _named(self, name: str) -> str:
        return "version" if name.partition(".")[0] in self._versions else name
