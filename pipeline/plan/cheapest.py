"""About how long gates are asked, so that whoever asks many of them hears of a refusal as early as can be."""

from types import MappingProxyType

SYNTH = "synth"
SECONDS = MappingProxyType(
    {
        "workflow": 3,
        "lint": 9,
        SYNTH: 8,
        "guard": 2,
        "contract": 11,
        "scan": 30,
        "unit": 90,
        "mutation": 95,
        "selftest": 330,
    },
)
"""On two cores, with nothing kept from before; `synth` is the synthesis that the gates of its output wait for."""
UNKNOWN_SECONDS = 60


def about_seconds(name: str) -> int:
    """About how long the gate `name` is asked; one that nobody has measured is taken for a minute's work."""
    return SECONDS.get(name, UNKNOWN_SECONDS)
