"""What the emulator's process is told at its start, as one line of JSON. Standard library only: both sides use it."""

import json
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Settings:
    """`secret` is known to the two sides alone; `folder` is the emulator's own, absolute; `speed` compresses waits.

    `uv` and `cache` are there for assets that were built for another processor, `requirements` is their lock, if known.

    `ready` is the descriptor that the emulator announces itself on; the lifeline is its standard input, whose end
    means that the owner is gone. `region` stands in where a request names none.
    `strict` has functions act as their own roles, IAM enforced, and TLS spoken instead of plain HTTP.
    """

    secret: str = field(repr=False)
    folder: str
    runtime_python: str
    uv: str
    cache: str
    ready: int
    speed: float = 30.0
    region: str = "eu-west-1"
    epoch: float | None = None
    requirements: str | None = None
    strict: bool = False

    def to_line(self) -> bytes:
        """As the owner writes it."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> "Settings":
        """As the emulator reads it; a TypeError names a field that one side doesn't know."""
        return cls(**json.loads(line))
