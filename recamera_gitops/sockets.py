"""Room for the connections of a fleet: many systems let a process have 256 or 1024 files unless it asks."""

import contextlib
import resource
from typing import Final

_OTHERS: Final = 128  # what a process has open besides


def make_room(count: int) -> int:
    """Let this process have so many sockets, as far as the system allows; never fewer than it has.

    The answer is how many of them there is room for.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    wanted = count + _OTHERS if hard == unlimited else min(count + _OTHERS, hard)
    if soft == unlimited:
        return count
    if wanted > soft:
        with contextlib.suppress(OSError, ValueError):  # a system may allow less than it says
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return max(1, min(count, soft - _OTHERS))
