"""How many invocations of each function are under way, and whether its reserved concurrency lets one more in.

Lambda starts an environment for whoever comes, up to what is reserved, and refuses who comes then ("Configuring
reserved concurrency" in the Lambda developer guide). A laptop has a few environments per version and lets the others
wait. Those wait for the laptop and not for Lambda, where they would be running or long over, so they count for nothing:
otherwise a function that starts slowly here would refuse requests that no account ever refused.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.rehearsal.world.lambda_runtime.spec import FunctionSpec, ThrottledError


class InFlight:
    """Safe to use from any thread. `places` are the environments that the laptop has for one version at most."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._versions: dict[str, Counter[str]] = {}
        self._lock = threading.Lock()

    @contextmanager
    def one_more(self, spec: FunctionSpec, reserved: int | None) -> Iterator[None]:
        """An invocation of `spec`, counted until it is over; ThrottledError at once where what is reserved is taken.

        All versions of a function share what is reserved; `reserved` None is no limit.
        """
        with self._lock:
            versions = self._versions.setdefault(spec.function_arn, Counter())
            if reserved is not None and self._running(versions) >= reserved:
                raise ThrottledError("ReservedFunctionConcurrentInvocationLimitExceeded", "Rate Exceeded.")
            versions[spec.identity] += 1
        try:
            yield
        finally:
            with self._lock:
                versions[spec.identity] -= 1
                if not versions[spec.identity]:
                    del versions[spec.identity]

    def _running(self, versions: Counter[str]) -> int:
        return sum(min(count, self._places) for count in versions.values())
