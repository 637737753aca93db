"""Jobs side by side that share one fate: when one fails, the others are told to stop, and none is left behind."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.errors import Cancelled

_WAKE_SECONDS = 0.2


def together[T](jobs: Sequence[Callable[[Cancel], T]], cancel: Cancel, workers: int) -> tuple[T, ...]:
    """What the jobs made, in their order, `workers` of them at a time; each gets a token that says when to stop.

    Waits for all of them, then raises what the first of them failed with: a cause, not that it was stopped for one.
    """
    token = cancel.child()
    with ThreadPoolExecutor(workers) as pool:
        running = [pool.submit(_stopping_others, job, token) for job in jobs]
        try:
            # In short waits: a signal that another thread received is only handled when this one wakes.
            while wait(running, _WAKE_SECONDS).not_done:
                pass
        except BaseException:
            token.cancel("the rehearsal itself stopped")
            raise
    _raise_cause(running)
    return tuple(future.result() for future in running)


def _stopping_others[T](job: Callable[[Cancel], T], token: Cancel) -> T:
    token.check()
    try:
        return job(token)
    except BaseException:
        token.cancel("stopped because what ran beside it failed")
        raise


def _raise_cause[T](running: Sequence[Future[T]]) -> None:
    problems = [problem for future in running if (problem := future.exception()) is not None]
    if problems:
        raise next((problem for problem in problems if not isinstance(problem, Cancelled)), problems[0])
