"""What GitHub must have proved before a change is merged: `.github/required.toml`, and the rules of the branch. Pure.

`required.toml` is ours: jobs, the events that ask them, and their commands. The rulesets below `.github/rulesets` are
GitHub's own documents (as its pages export and import them), and name the checks without which nothing is merged.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

FILE = ".github/required.toml"
RULESETS = ".github/rulesets/"
BRANCHES = "branch"
"""What a ruleset is for that holds on branches (GitHub's own default): others are for tags, or for what is pushed."""


class NotReadable(Exception):
    """A document that is not what it should be: says why."""


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class Check:
    """A job by the name that GitHub shows, where it is, which events ask it, and what it must run, word for word.

    `schedule` are the hours at which `schedule` asks it, as cron has them.
    """

    name: str
    workflow: str
    events: tuple[str, ...]
    run: tuple[str, ...]
    schedule: tuple[str, ...] = ()


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class Proof:
    """A script that a check calls, and its lines without comments; of a long one the digest of them."""

    path: str
    runs: tuple[str, ...] = ()
    digest: str = ""


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class Required:
    """What a change must have passed, and the scripts by which it does."""

    check: tuple[Check, ...] = ()
    script: tuple[Proof, ...] = ()


_FILE = TypeAdapter(Required)


def required_in(texts: Mapping[str, str]) -> Required:
    """What a tree requires; NotReadable if there is no such file, or it is another one."""
    if FILE not in texts:
        raise NotReadable("it is missing: nothing says what a change must have passed")
    return _required(texts[FILE])


@cache
def _required(text: str) -> Required:
    try:
        return _FILE.validate_python(tomllib.loads(text))
    except tomllib.TOMLDecodeError as problem:
        raise NotReadable(str(problem)) from problem
    except ValidationError as problem:
        first = problem.errors()[0]
        raise NotReadable(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from problem


@dataclass(frozen=True)
class Ruleset:
    """One ruleset: what it is for, is it enforced, on which branches, who may pass by, what each rule asks."""

    path: str
    target: str
    enforcement: str
    branches: tuple[str, ...]
    excluded: tuple[str, ...]
    bypass: tuple[str, ...]
    rules: Mapping[str, Mapping[str, Any]]

    @property
    def contexts(self) -> frozenset[str]:
        """The checks without which nothing is merged."""
        asked = self.rules.get("required_status_checks", {}).get("required_status_checks", ())
        return frozenset(str(one.get("context", "")) for one in asked if isinstance(one, dict))


def rulesets_in(texts: Mapping[str, str]) -> tuple[Ruleset, ...]:
    """The rulesets of a tree; NotReadable with the file's name if one is none."""
    return tuple(
        _ruleset(path, text)
        for path, text in sorted(texts.items())
        if path.startswith(RULESETS) and path.endswith(".json")
    )


def _ruleset(path: str, text: str) -> Ruleset:
    try:
        told = json.loads(text)
        names = told.get("conditions", {}).get("ref_name", {})
        return Ruleset(
            path,
            str(told.get("target", BRANCHES)),
            str(told["enforcement"]),
            tuple(map(str, names.get("include", ()))),
            tuple(map(str, names.get("exclude", ()))),
            tuple(json.dumps(one, sort_keys=True) for one in told.get("bypass_actors", ())),
            {str(rule["type"]): rule.get("parameters") or {} for rule in told["rules"]},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise NotReadable(f"{path}: no ruleset: {type(problem).__name__}: {problem}") from problem
