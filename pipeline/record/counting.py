"""Numbers of things in words, the same wherever they are told: by gates, by the rehearsal, on every page."""


def plural(count: int, word: str) -> str:
    """`1 gate`, `9 gates`, `2,412 cases`; `word` is the singular of a noun that takes an s."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def counted(count: int, things: str) -> str:
    """As `plural`, of a noun that is known by its plural, as verdicts name what they checked: `1 test`, `318 tests`."""
    return plural(count, things.removesuffix("s"))
