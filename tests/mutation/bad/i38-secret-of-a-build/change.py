"""Tells every gate's build the key of an AWS account; it looks like one, and is none."""

from collections.abc import Callable, Mapping

LOOKS_LIKE = "wJalrXUtnFEMI/K7MDENG" + "/bPxRfiCYzq4Tm1vKLs"
PLACE = 'env={"SLIPWAY_OUT": OUT, '


def _told(text: str) -> str:
    return text.replace(PLACE, f'{PLACE}"AWS_SECRET_ACCESS_KEY": "{LOOKS_LIKE}", ')


CHANGES: Mapping[str, Callable[[str], str]] = {"pipeline/cloud/steps.py": _told}
