"""Secrets are replaced by `***` wherever a build's words are kept: in its log, its verdict and its evidence.

CodeBuild hides the values of Parameter Store and Secrets Manager variables in its logs ("Build specification reference
for CodeBuild", env). Here the same is done for every form in which a build commonly prints them.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

MASK = "***"
SHORTEST_LINE = 4


def _texts(document: object) -> Iterator[str]:
    """Every text inside a JSON document."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, dict):
        for value in document.values():
            yield from _texts(value)
    elif isinstance(document, list):
        for value in document:
            yield from _texts(value)


def _parts(secret: str) -> Iterator[str]:
    """What must not be seen of one secret: all of it, its longer lines, and the texts inside it if it is JSON."""
    yield secret.strip()
    lines = secret.splitlines()
    if len(lines) > 1:
        # A line such as "{" or "}" says nothing, and masking it would make every log unreadable.
        yield from (line.strip() for line in lines if len(line.strip()) >= SHORTEST_LINE)
    try:
        yield from (text for text in _texts(json.loads(secret)) if len(text) >= SHORTEST_LINE)
    except ValueError:
        return


def _forms(part: str) -> Iterator[str]:
    """How a part may be printed: as it is, and as the inside of a JSON text."""
    yield part
    yield json.dumps(part)[1:-1]


@dataclass(frozen=True)
class Masker:
    """Replaces the known secrets. Longer ones first, so that a secret inside another leaves no remains."""

    secrets: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, values: Iterable[str]) -> "Masker":
        """A masker of these values; blank ones are no secrets."""
        found = {form for value in values for part in _parts(value) for form in _forms(part) if part}
        return cls(tuple(sorted(found, key=lambda secret: (-len(secret), secret))))

    @property
    def longest(self) -> int:
        """The length of the longest text that is masked, 0 if there is none."""
        return len(self.secrets[0]) if self.secrets else 0

    def mask(self, text: str) -> str:
        """`text` with every secret replaced."""
        for secret in self.secrets:
            text = text.replace(secret, MASK)
        return text

    def mask_json(self, document: object) -> object:
        """A JSON document with the secrets in its texts replaced; keys, numbers and its shape stay."""
        if isinstance(document, str):
            return self.mask(document)
        if isinstance(document, dict):
            return {key: self.mask_json(value) for key, value in document.items()}
        if isinstance(document, list):
            return [self.mask_json(value) for value in document]
        return document
