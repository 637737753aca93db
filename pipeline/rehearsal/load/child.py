"""The traffic's own process: `python -m pipeline.rehearsal.load.child`.

Reads a job as one line of JSON from standard input, says `ready`, sends until standard input ends (because it was
closed, or because the rehearsal is gone), and writes its counts as one line of JSON. Tokens never stand on a command
line, where everybody on the machine could read them.
"""

import asyncio
import os
import sys
import threading

from pipeline.rehearsal.load.counts import TrafficCounts
from pipeline.rehearsal.load.sender import Job, send
from pipeline.rehearsal.load.wire import COUNTS, JOB, READY


async def _run(job: Job) -> TrafficCounts:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def wait_for_the_end() -> None:
        while os.read(0, 4096):
            pass
        loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    return await send(job, stop)


def main() -> None:
    """Do one job."""
    job = JOB.validate_json(sys.stdin.buffer.readline())
    counts = asyncio.run(_run(job))
    sys.stdout.buffer.write(COUNTS.dump_json(counts) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
