"""Secrets told by the names that they are given, in files of settings: a password has no shape of its own. Pure.

checkov looks at names too, but holds what it finds to an entropy that passwords which people think of do not reach, and
takes an .env file for a program. The names and the ways of giving them are detect-secrets' own (`KeywordDetector`);
what is no secret in spite of its name is told by how it looks, of the pair alone and not of its whole line.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath

from detect_secrets.filters.heuristic import is_aws_arn, is_not_alphanumeric_string, is_templated_secret
from detect_secrets.plugins.keyword import ALLOWLIST, REGEX_BY_FILETYPE
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
    r"\w*(?:url|uri|path|file|dir|name|arn|ids?|type|kind|endpoint|manager|policy|length|days|hours|minutes|seconds|version)\W",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://[^\s@]+", re.IGNORECASE)  # with a password in it, it has a shape
_REFERENCE = re.compile(r"\$|\{\{")  # to a variable, or to what a template puts there


def named_in(name: str, text: str) -> Iterator[tuple[int, str]]:
    """The line (from 1) and the name of every secret of the file of settings `name`; nothing in any other file."""
    ways = _ways(name)
    if ways is not None:
        for number, line in enumerate(text.splitlines(), start=1):
            yield from ((number, key) for key in sorted(_named(line, ways)))


def _ways(name: str) -> Mapping[re.Pattern[str], int] | None:
    """How a file of this name gives names to values: expressions, and the group of each that is the value."""
    file = PurePath(name).name
    if _ENVIRONMENT.fullmatch(file) or file in _INI:
        return REGEX_BY_FILETYPE[FileType.INI]
    kind = FileType.TERRAFORM if file.endswith(".tfvars") else determine_file_type(file)
    return REGEX_BY_FILETYPE[kind] if kind in _SETTINGS else None


def _named(line: str, ways: Mapping[re.Pattern[str], int]) -> set[str]:
    found = set()
    for way, group in ways.items():
        for match in way.finditer(line):
            pair, value = match[0], match[group]
            quoted = line[match.start(group) - 1 : match.start(group)] in ("'", '"', "`")
            if not _harmless(pair) and _may_be_secret(value if quoted else _bare(value), quoted=quoted):
                found.add(_key(pair, match.start(group) - match.start()))
    return found


def _key(pair: str, value_at: int) -> str:
    word = re.search(r"[\w.-]*\w", pair[:value_at] or pair)
    return word[0].lower() if word else "secret"


def _harmless(pair: str) -> bool:
    """Whether the pair's name says that its value is none, or the value that it is made up (`example`)."""
    return bool(_ABOUT.match(pair)) or any(allowed.lower() in pair.lower() for allowed in ALLOWLIST)


def _bare(value: str) -> str:
    """A value without quotes, without the comment or the end of the list behind it."""
    return re.split(r"\s#", value)[0].strip().rstrip(",;}]")


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
