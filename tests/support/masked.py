"""Secrets that can't be printed by accident."""


class Masked:
    """A secret: `reveal()` gives it, everything else gives `[masked]`."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself, for the one place that sends it."""
        return self._value

    def __repr__(self) -> str:
        return "[masked]"

    __str__ = __repr__
