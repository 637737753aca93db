"""Secrets told by the names that they are given: a password has no shape of its own. Pure.

checkov looks at names too, but holds what it finds to an entropy that passwords which people think of do not reach, and
takes an .env file for a program. The names and the ways of giving them are detect-secrets' own (`KeywordDetector`);
what is no secret in spite of its name is told by how it looks, of the pair alone and not of its whole line.

In a file of settings a value is what stands behind its name. Code, scripts and prose speak of passwords all day without
giving one away: there a value must look made, not spoken. Tests of ours need passwords that are nobody's.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from detect_secrets.filters.heuristic import is_aws_arn, is_not_alphanumeric_string, is_templated_secret
from detect_secrets.plugins.keyword import ALLOWLIST, DENYLIST, REGEX_BY_FILETYPE
from detect_secrets.util.filetype import FileType, determine_file_type

SHORTEST = 8
"""What is shorter is a word of a format more often than a secret (`id-token: write`)."""
LONGEST_WORD = 15
"""Letters alone are a word or a name up to this length; what is longer may be a phrase to remember."""

_SETTINGS = frozenset(
    {
        FileType.JSON,
        FileType.YAML,
        FileType.TOML,
        FileType.INI,
        FileType.CONFIG,
        FileType.PROPERTIES,
        FileType.TERRAFORM,
    }
)
_ENVIRONMENT = re.compile(r"\.env(?:rc|\..+)?|.+\.env")
_INI = frozenset({".npmrc", ".pypirc"})
# `TOKEN_URL` or `secret_name` says where a secret is, or how it is to be, and not what it is.
_ABOUT = re.compile(
    r"\w*(?:url|uri|path|file|dir|name|arn|ids?|type|kind|endpoint|manager|policy|length|days|hours|minutes|seconds|validity|lifetime|ttl|version)\W",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://[^\s@]+", re.IGNORECASE)  # with a password in it, it has a shape
_OF_AN_ARN = re.compile(r"\barn:[^\s\"':]*:secretsmanager:[^\s\"':]*:[^\s\"':]*:$")
"""What stands before the name of a secret in an ARN, which has "secret:" before it and gives none away."""
_BARE = frozenset({".sh", ".bash", ".zsh", ".md", ".rst", ".txt", ".adoc", ".service"})
"""Endings of files that give values without quotes; what has no ending is a script."""
_WRITTEN_BY_OTHERS = frozenset({".svg", ".html", ".css", ".lock"})
_SECRET = "|".join(DENYLIST)
_NEAR = 300
"""Letters within which a name and its value stand beside each other."""
_NAMED_AS = re.compile(
    rf"""["']?\b(?:\w*name|key|variable)["']?\s*[:=]\s*["']?((?:[\w./-]*[^\w"'\s])?\w*(?:{_SECRET})\w*)["']?""",
    re.IGNORECASE,
)
_VALUE = re.compile(r"""\b\w*value["']?\s*[:=]\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'{[,}\]#]+))""", re.IGNORECASE)
_END = re.compile(r"""[{}]|\n\s*\n|\n\s*-\s|["']?\b(?:\w*name|key|variable)["']?\s*[:=]""", re.IGNORECASE)
_PASSED = re.compile(
    rf"""(?:\b(\w*(?:{_SECRET})\w*)["']?\s*[:=]\s*[\w.]+\(\s*(?:\w+\s*=\s*)?"""
    rf"""|\(\s*["'](\w*(?:{_SECRET})\w*)["']\s*,\s*)["']([^"'\n]+)["']""",
    re.IGNORECASE,
)
# Words, and numbers beside them: `orders-2`, `sha-256`, `Correct-horse-7`. What a generator or a careful person makes
# has digits within its words, or signs.
_SPOKEN = re.compile(r"(?:[A-Za-z]+|v?\d{1,4})(?:[-_./:](?:[A-Za-z]+|v?\d{1,4}))*")
_REFERENCE = re.compile(r"\$|\{\{")  # to a variable, or to what a template puts there


def named_in(name: str, text: str) -> Iterator[tuple[int, str]]:
    """The line (from 1) and the name of every secret of the file `name`."""
    reading = _reading(PurePath(name))
    if reading is None:
        return
    if reading.escaped:
        text = text.replace('\\"', '"')
    for number, line in enumerate(text.splitlines(), start=1):
        yield from ((number, key) for key in sorted(_named(line, reading)))
    yield from paired_in(text)


@dataclass(frozen=True)
class _Reading:
    """How a file gives names to values: expressions, and the group of each that is the value.

    `spoken` says that it holds more than settings, `escaped` that it is a text of programs in JSON's strings.
    """

    ways: Mapping[re.Pattern[str], int]
    spoken: bool = False
    escaped: bool = False


def _reading(path: PurePath) -> _Reading | None:
    """How a file of this name is read; None for the tests' own code and for what others have written."""
    if _ENVIRONMENT.fullmatch(path.name) or path.name in _INI:
        return _Reading(REGEX_BY_FILETYPE[FileType.INI])
    kind = FileType.TERRAFORM if path.suffix == ".tfvars" else determine_file_type(path.name)
    if kind in _SETTINGS:
        return _Reading(REGEX_BY_FILETYPE[kind])
    if path.suffix == ".ipynb":
        return _Reading(REGEX_BY_FILETYPE[FileType.PYTHON], spoken=True, escaped=True)
    if "tests" in path.parts or path.suffix in _WRITTEN_BY_OTHERS:
        return None
    bare = not path.suffix or path.suffix in _BARE
    return _Reading(REGEX_BY_FILETYPE[FileType.INI if bare else FileType.PYTHON], spoken=True)


def _named(line: str, reading: _Reading) -> set[str]:
    found = set()
    for way, group in reading.ways.items():
        for match in way.finditer(line):
            pair, value = match[0], match[group]
            quoted = line[match.start(group) - 1 : match.start(group)] in ("'", '"', "`")
            value = value if quoted else _bare(value)
            if _OF_AN_ARN.search(line[: match.start()]):
                continue
            if not _harmless(pair) and _may_be_secret(value, quoted=quoted) and not (reading.spoken and _spoken(value)):
                found.add(_key(pair, match.start(group) - match.start()))
    return found


def paired_in(text: str) -> Iterator[tuple[int, str]]:
    """Secrets whose name and value are values themselves, or arguments: the line and the name.

    `{name: PASSWORD, value: …}` as containers and builds have their variables, `"PASSWORD": Variable(value="…")`,
    `getenv("PASSWORD", "…")`.
    """
    for found in _NAMED_AS.finditer(text):
        rest = text[found.end() : found.end() + _NEAR]
        before = text[max(0, found.start() - _NEAR) : found.start()]
        near = (*_VALUE.findall(_END.split(rest)[0]), *_VALUE.findall(_END.split(before)[-1])[-1:])
        if not _harmless(f"{found[1]}=") and any(_looks_made("".join(value)) for value in near):
            yield text.count("\n", 0, found.start()) + 1, found[1].lower()
    for found in _PASSED.finditer(text):
        if not _harmless(found[0].lstrip("(\"' \n")) and _looks_made(found[3]):
            yield text.count("\n", 0, found.start()) + 1, (found[1] or found[2]).lower()


def _looks_made(value: str) -> bool:
    return _may_be_secret(value, quoted=True) and not _spoken(value)


def _key(pair: str, value_at: int) -> str:
    word = re.search(r"[\w.-]*\w", pair[:value_at] or pair)
    return word[0].lower() if word else "secret"


def _harmless(pair: str) -> bool:
    """Whether the pair's name says that its value is none, or the value that it is made up (`example`)."""
    return bool(_ABOUT.match(pair)) or any(allowed.lower() in pair.lower() for allowed in ALLOWLIST)


def _bare(value: str) -> str:
    """A value without quotes, without the comment or the end of the list behind it."""
    return re.split(r"\s#", value)[0].strip().rstrip(",;}]")


def _spoken(value: str) -> bool:
    """Whether this is how people speak of things, and no password: words, or without any digit or letter."""
    return bool(re.search(r"\s", value) or _SPOKEN.fullmatch(value)) or not (
        re.search(r"\d", value) and re.search(r"[A-Za-z]", value)
    )


def _may_be_secret(value: str, *, quoted: bool) -> bool:
    if len(value) < SHORTEST or (not quoted and re.search(r"\s", value)):  # bare words in a row are prose
        return False
    if value.isalpha() and len(value) <= LONGEST_WORD:
        return False
    return not (
        _REFERENCE.match(value)
        or _ADDRESS.fullmatch(value)
        or is_templated_secret(value)
        or is_aws_arn(value)
        or is_not_alphanumeric_string(value)
    )
