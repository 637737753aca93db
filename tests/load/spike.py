"""A spike: the catalogue is read as on any day, then twenty times as much for a minute, then as on any day again.

    SLIPWAY_API_URL=https://…/gamma python -m tests.load.spike

It asks what a sale begins with: that nobody gets an error, that only the spike itself is refused (429), and that
answers come as fast afterwards as before. It only reads. Exit code 0 if all of that holds, 1 if not. A stage throttles
at its rate, and one machine sends a few hundred requests a second at most.
"""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from tests.support.stage import Stage

REFUSED: Final = 429
SENT_AT_LEAST: Final = 0.9
"""Of what was planned: a sender that falls behind has not made the spike that it judges."""
AS_FAST: Final = 2.0
"""How many times slower than before the answers afterwards may be."""
TOGETHER: Final = 64


@dataclass(frozen=True)
class Phase:
    """So many requests a second for so many seconds."""

    name: str
    seconds: float
    per_second: float

    @property
    def requests(self) -> int:
        """How many that makes."""
        return round(self.seconds * self.per_second)


SPIKE: Final = (Phase("before", 30, 10), Phase("spike", 60, 200), Phase("after", 30, 10))


@dataclass(frozen=True)
class Sent:
    """One request: its phase, its answer and how long that took; `late` is how much after its time it went."""

    phase: str
    status: int
    milliseconds: float
    late: float = 0.0


def moments(phases: Sequence[Phase]) -> Iterator[tuple[float, str]]:
    """When each request goes, in seconds from the start, and for which phase: evenly within a phase."""
    begin = 0.0
    for phase in phases:
        for number in range(phase.requests):
            yield begin + number / phase.per_second, phase.name
        begin += phase.seconds


def judge(phases: Sequence[Phase], sent: Sequence[Sent]) -> list[str]:
    """What is wrong, in words; nothing if the stage has stood the spike, which is the middle one of three phases."""
    before, spike, after = phases
    found = []
    for phase in phases:
        mine = [each for each in sent if each.phase == phase.name]
        in_time = sum(each.late <= 1 for each in mine)
        if in_time < phase.requests * SENT_AT_LEAST:
            found.append(
                f"{phase.name}: {in_time} of {phase.requests} requests were sent in time: no such load was made"
            )
        failed = sum(each.status >= 400 and each.status != REFUSED for each in mine)
        if failed:
            found.append(f"{phase.name}: {failed} of {len(mine)} answered with an error")
        refused = sum(each.status == REFUSED for each in mine)
        if refused and phase is not spike:
            found.append(f"{phase.name}: {refused} of {len(mine)} refused, outside of the spike")
    usual, then = slowest(sent, before), slowest(sent, after)
    if then > AS_FAST * usual:
        found.append(f"after: p95 of {then:.0f} ms, {usual:.0f} ms before: the stage has not recovered")
    return found


def slowest(sent: Sequence[Sent], phase: Phase) -> float:
    """The 95th percentile of a phase's times in milliseconds, of what was not refused; 0 without any."""
    times = sorted(each.milliseconds for each in sent if each.phase == phase.name and each.status != REFUSED)
    return times[min(len(times) - 1, int(len(times) * 0.95))] if times else 0.0


def run(stage: Stage, phases: Sequence[Phase]) -> list[Sent]:
    """Send it all, each request at its moment as far as there is a free hand."""
    start = time.monotonic()

    def send(due: float, phase: str) -> Sent:
        began = time.monotonic()
        answer = stage.call("GET", "/v1/products", query={"category": "tea", "limit": 20})
        return Sent(phase, answer.status, (time.monotonic() - began) * 1000, began - start - due)

    going: list[Future[Sent]] = []
    with ThreadPoolExecutor(TOGETHER) as hands:
        for due, phase in moments(phases):
            time.sleep(max(0.0, start + due - time.monotonic()))
            going.append(hands.submit(send, due, phase))
        return [each.result() for each in going]


def main() -> None:
    """Send the spike to the stage of the environment, and say how it stood."""
    sent = run(Stage(os.environ["SLIPWAY_API_URL"], connections=TOGETHER), SPIKE)
    for phase in SPIKE:
        sys.stdout.write(f"{phase.name:<8} {phase.requests:>6} requests, p95 {slowest(sent, phase):.0f} ms\n")
    found = judge(SPIKE, sent)
    sys.stdout.write("".join(f"✗ {each}\n" for each in found) or "✓ the stage has stood the spike\n")
    raise SystemExit(1 if found else 0)


if __name__ == "__main__":
    main()
