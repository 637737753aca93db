"""CODEOWNERS: whose yes a change of a file needs. Pure.

The last line that matches a file decides, and a line without owners leaves its files without any (GitHub's "About code
owners"). Patterns are those of gitignore, without `!` and `[ ]`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from pathspec.patterns.gitignore.basic import GitIgnoreBasicPattern

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub looks, in this order: the first that is there counts."""


@dataclass(frozen=True)
class Line:
    """A pattern, its owners, and where it stands (from 1)."""

    number: int
    pattern: str
    owners: tuple[str, ...]


@dataclass(frozen=True)
class Owners:
    """A CODEOWNERS file."""

    path: str
    lines: tuple[Line, ...]

    def of(self, path: str) -> tuple[str, ...]:
        """The owners of a file: those of the last line that matches it."""
        found = self.line_of(path)
        return found.owners if found else ()

    def line_of(self, path: str) -> Line | None:
        """The line that decides over a file, or None."""
        decided = self._decided
        if path not in decided:
            decided[path] = next((line for line in reversed(self.lines) if _matches(line.pattern, path)), None)
        return decided[path]

    @cached_property
    def _decided(self) -> dict[str, Line | None]:
        """What was decided of these lines before, by file: whoever reads the same lines need not match them again."""
        return _decided_by(self.lines)


def owners_in(texts: Mapping[str, str]) -> Owners | None:
    """The file that GitHub would read, or None if there is none."""
    path = next((place for place in PLACES if place in texts), None)
    if path is None:
        return None
    lines = []
    for number, text in enumerate(texts[path].splitlines(), start=1):
        words = text.partition(" #")[0].split()
        if words and not words[0].startswith("#"):
            lines.append(Line(number, words[0], tuple(words[1:])))
    return Owners(path, tuple(lines))


@cache
def _decided_by(_lines: tuple[Line, ...]) -> dict[str, Line | None]:
    return {}


@cache
def _pattern(text: str) -> GitIgnoreBasicPattern:
    return GitIgnoreBasicPattern(text)


def _matches(pattern: str, path: str) -> bool:
    if pattern.endswith("/*"):  # the files of this very folder: CODEOWNERS goes no deeper there
        folder = pattern[:-1].lstrip("/")
        return path.startswith(folder) and "/" not in path.removeprefix(folder)
    return _pattern(pattern).match_file(path) is not None
