"""Programs that run as they come from the network: an installer piped into a shell, a file that is fetched. Pure.

What a site serves today it may not have served yesterday (Codecov's uploader, 2021), and no lock holds its hash.
"""

import re
from collections.abc import Iterator

from pipeline.gates.dependencies.sources import commands
from pipeline.record.verdict import Finding

_FETCH = r"(?:curl|wget|aria2c|lynx|gh\s+release\s+download|Invoke-WebRequest|iwr)\b"
_RUNS = (
    r"(?:sudo\s+(?:-\S+\s+)*)?(?:(?:/usr/bin/)?env\s+(?:-\S+\s+|\w+=\S*\s+)*)?(?:[\w./]*/)?"
    r"(?:(?:ba|z|da|k|a|c|fi)?sh|python[\d.]*|node|deno|perl|ruby|php|pwsh|iex)\b"
)
_WAYS = tuple(
    re.compile(way)
    for way in (
        rf"\b{_FETCH}[^;]*\|\s*(?:tee\s+\S+\s*\|\s*)?{_RUNS}",
        rf"(?:\b{_RUNS}|\bsource|(?:^|\s)\.)\s+(?:-\S+\s+)*<\(\s*{_FETCH}",
        rf"(?:\b{_RUNS}\s+(?:-\S+\s+)*|\beval\s+)[\"']?(?:\$\(|`)\s*{_FETCH}",
        rf"\b{_RUNS}\s+(?:-\S+\s+)*-[ce]\b.*(?:urlopen|urlretrieve|urllib\.request|requests\.|httpx\.|https?\.get|fetch\()",
        rf"\b{_RUNS}\s+<<<\s*[\"']?\$\(\s*{_FETCH}",
    )
)
_FROM_OUTSIDE = r"(?=[^;|]*https?://(?!127\.0\.0\.1|localhost))"
_SAVED = re.compile(
    rf"\b{_FETCH}{_FROM_OUTSIDE}(?=[^;|]*\s(?:-\w*[oO]|--output|--remote-name)\b(?![ =]/dev/null))"
    rf"|\b{_FETCH}{_FROM_OUTSIDE}(?=[^;|]*[^\d&]>>?\s*(?!/dev/)[\w\"'$./])"
    rf"|\bwget\b{_FROM_OUTSIDE}(?![^;|]*\s-\w*O ?(?:-|/dev/))"
)
FIX = "take it from a lock with hashes (locks/, package-lock.json)"


def fetched_in(name: str, text: str) -> Iterator[Finding]:
    """Lines of the file that run what they fetch, or keep what they fetch from an address."""
    for number, line in commands(text):
        if any(way.search(line) for way in _WAYS):
            yield Finding(f"{name}:{number}", "LOCK runs whatever an address serves today", FIX, "high")
        elif _SAVED.search(line):
            yield Finding(f"{name}:{number}", "LOCK fetches a file that no lock holds the hash of", FIX, "high")
