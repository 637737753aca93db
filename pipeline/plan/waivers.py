"""Findings of scanners that the team lives with: each with its reason, whose it is, and the day it ends. Pure.

The list itself is data (`pipeline/gates/waivers.toml`): the gate `scan` holds all its tools to it, and a synthesis that
validates acknowledges what it has of cdk-nag.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase
from operator import attrgetter
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline.plan.environments import UnknownName, spelled
from pipeline.plan.model import Delivery, StageSettings

FILE = "pipeline/gates/waivers.toml"
"""Where the list stands, below the root of the source."""
SHORTEST_REASON = 3
"""Words of the shortest reason."""
_LOGICAL_ID = re.compile(r"<[^<>]+>")

type _Words = Annotated[tuple[str, ...], BeforeValidator(lambda told: (told,) if isinstance(told, str) else told)]


class BadWaivers(ValueError):
    """The list is not what it should be: where, and what is wrong."""


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Waiver:
    """Findings of the rules by `tool` at places that match one of `where` (as file names match: `*`, `?`, `[...]`).

    One that is `only_with` a setting (`alerts.chat`) is meant for the stages that ask for it, and is none without them.
    """

    tool: str
    rule: _Words
    where: _Words
    reason: str
    owner: str
    expires: date
    only_with: str = ""

    def covers(self, tool: str, rule: str, place: str) -> Iterator[tuple[str, str]]:
        """Every rule and pattern of the waiver that match the finding. A rule is no pattern: it is meant as it is."""
        plain = plain_rule(rule)
        if tool == self.tool and plain in self.rule:
            yield from ((plain, pattern) for pattern in self.where if fnmatchcase(place, pattern))


def plain_rule(rule: str) -> str:
    """The rule with logical ids, which change with the templates, as `<…>`."""
    return _LOGICAL_ID.sub("<…>", rule)


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class _File:
    waiver: tuple[Waiver, ...] = ()


_FILE = TypeAdapter(_File)


def read(text: str, delivery: Delivery) -> tuple[Waiver, ...]:
    """The waivers of the list `text`, whose rules name the accounts and regions of `delivery` (`plan.environments`).

    BadWaivers if it is none, or if one gives no reason, has no owner or names an account that the plan has not.
    """
    try:
        waivers = _FILE.validate_python(tomllib.loads(text)).waiver
    except tomllib.TOMLDecodeError as problem:
        raise BadWaivers(str(problem)) from problem
    except ValidationError as problem:
        first = problem.errors()[0]
        raise BadWaivers(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from problem
    for waiver in waivers:
        if len(waiver.reason.split()) < SHORTEST_REASON:
            raise BadWaivers(f"{', '.join(waiver.rule)}: a reason is a sentence")
        if not waiver.owner.strip():
            raise BadWaivers(f"{', '.join(waiver.rule)}: somebody owns a waiver")
    return tuple(meant for waiver in waivers for meant in _meant(waiver, delivery))


def _meant(waiver: Waiver, delivery: Delivery) -> Iterator[Waiver]:
    """The waiver with its rules as the plan makes them, if any stage asks for what it is for."""
    try:
        stages = [stage for stage in delivery.stages if _asks(stage.settings, waiver.only_with)]
        if stages:
            rules = (each for rule in waiver.rule for each in spelled(rule, delivery.environment, stages))
            yield replace(waiver, rule=tuple(rules))
    except (UnknownName, AttributeError) as problem:
        raise BadWaivers(f"{', '.join(waiver.rule)}: {problem}") from problem


def _asks(settings: StageSettings, path: str) -> bool:
    return not path or bool(attrgetter(path)(settings))
