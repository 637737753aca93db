"""`.gitattributes`: what git and GitHub are told of a file. Pure.

The last line that matches decides over an attribute, and a file further down over one above it ("gitattributes", git's
manual). Macros (`[attr]`) are what they stand for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pathspec.patterns.gitignore.basic import GitIgnoreBasicPattern

NAME = ".gitattributes"
SET, UNSET = "set", "unset"
_MACRO = "[attr]"
_BINARY = (("binary", SET), ("diff", UNSET), ("merge", UNSET), ("text", UNSET))


@dataclass(frozen=True)
class Told:
    """What a file's attribute is: `set`, `unset` or a value; and where that stands."""

    name: str
    value: str
    where: str


@dataclass(frozen=True)
class _Line:
    where: str
    folder: str
    pattern: GitIgnoreBasicPattern
    given: tuple[tuple[str, str | None], ...]

    def matches(self, path: str) -> bool:
        return path.startswith(self.folder) and self.pattern.match_file(path.removeprefix(self.folder)) is not None


@dataclass(frozen=True)
class Attributes:
    """All files of attributes of a tree, the deeper ones last."""

    lines: tuple[_Line, ...]

    def of(self, path: str) -> Mapping[str, Told]:
        """What is told of a file, by the attribute's name."""
        told: dict[str, Told] = {}
        for line in self.lines:
            if not line.matches(path):
                continue
            for name, value in line.given:
                told.pop(name, None)
                if value is not None:
                    told[name] = Told(name, value, line.where)
        return told


def attributes_in(texts: Mapping[str, str]) -> Attributes:
    """What the files of a tree tell."""
    files = sorted((path for path in texts if path.rsplit("/", 1)[-1] == NAME), key=lambda path: path.count("/"))
    macros = {"binary": _BINARY} | {name: given for path in files for name, given in _macros(texts[path])}
    return Attributes(tuple(line for path in files for line in _lines(path, texts[path], macros)))


def _macros(text: str) -> Iterator[tuple[str, tuple[tuple[str, str | None], ...]]]:
    for line in text.splitlines():
        words = line.split()
        if words and words[0].startswith(_MACRO):
            name = words[0].removeprefix(_MACRO)
            yield name, ((name, SET), *map(_attribute, words[1:]))


def _lines(path: str, text: str, macros: Mapping[str, tuple[tuple[str, str | None], ...]]) -> Iterator[_Line]:
    folder = path.removesuffix(NAME)
    for number, line in enumerate(text.splitlines(), start=1):
        pattern, given = _split(line.strip())
        if pattern and given and not pattern.startswith(("#", _MACRO)):
            yield _Line(f"{path}:{number}", folder, GitIgnoreBasicPattern(pattern), tuple(_meant(given, macros)))


def _split(line: str) -> tuple[str, list[str]]:
    """The pattern, which may stand in quotes, and the words behind it."""
    if line.startswith('"'):
        pattern, _, rest = line[1:].partition('"')
        return pattern, rest.split()
    words = line.split()
    return (words[0], words[1:]) if words else ("", [])


def _meant(
    given: list[str], macros: Mapping[str, tuple[tuple[str, str | None], ...]]
) -> Iterator[tuple[str, str | None]]:
    for name, value in map(_attribute, given):
        yield from macros.get(name, ((name, value),)) if value == SET else ((name, value),)


def _attribute(word: str) -> tuple[str, str | None]:
    """An attribute that is set, unset (`-`), as if nobody had spoken of it (`!`: None), or has a value."""
    if word.startswith("!"):
        return word[1:], None
    if word.startswith("-"):
        return word[1:], UNSET
    name, is_valued, value = word.partition("=")
    return name, value if is_valued else SET
