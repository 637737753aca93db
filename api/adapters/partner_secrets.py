"""What the secret with a partner's key says: JSON {"partner", "key"}."""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeySecret:
    """Whose key it is, and the key."""

    partner: str
    key: str

    def __repr__(self) -> str:
        return f"KeySecret(partner={self.partner!r})"

    @classmethod
    def read(cls, text: str) -> "KeySecret":
        """From the secret's text."""
        told = json.loads(text)
        return cls(str(told["partner"]), str(told["key"]))

    @property
    def text(self) -> str:
        """The secret's text."""
        return json.dumps({"partner": self.partner, "key": self.key})
