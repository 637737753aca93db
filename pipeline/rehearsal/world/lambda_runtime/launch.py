"""What a function's process runs first: tie its life to ours, put the task root first, hand over to AWS's client.

Run as `python -P -s -B launch.py PARENT_PID TASK_ROOT HANDLER` by the runtime environment's interpreter; imports
nothing else of ours. `-P` keeps this file's folder off `sys.path`, `-B` leaves the code folder as it is (Lambda's is
read-only).
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def _die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the thread that started it ends; elsewhere than on Linux do nothing.

    The parent may have ended before the call, so look at it once more afterwards.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def main(parent: str, task_root: str, handler: str) -> None:
    """Become the Lambda runtime for one handler; never returns while the Runtime API answers."""
    _die_with_parent(int(parent))
    # Imported before the task root comes first: a zip that holds a copy of the client must not replace the real one.
    import awslambdaric.__main__ as client

    sys.path.insert(0, task_root)
    sys.argv = [client.__file__, handler]
    client.main(sys.argv)


if __name__ == "__main__":
    main(*sys.argv[1:])
