"""Figures in words, one way for all that is told: on the console, on every page, in the last sentence of a run."""


def number(value: float) -> str:
    """`2,412`, `17.647`, `1,040.5`, `0.00012`: exact where whole, else so that a value stands apart from its limit."""
    if value == int(value):
        return f"{int(value):,}"
    if abs(value) < 0.001:
        return f"{value:.2g}"
    return f"{value:,.{1 if abs(value) >= 100 else 3}f}".rstrip("0").rstrip(".")


def with_unit(value: float, unit: str) -> str:
    """`2.4 %`, `182 ms`, `7`."""
    return f"{number(value)} {unit}" if unit else number(value)
