"""What a measured process knows and sets about itself."""

import os
import resource
from pathlib import Path


def many_files() -> None:
    """As many open sockets as the system allows without asking."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def cores() -> list[int]:
    """The processor cores that we may use; empty where the system does not tell."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def pin(core: int | None) -> None:
    """Stay on one core, the children too."""
    if core is not None:
        os.sched_setaffinity(0, {core})


def cpu() -> float:
    """Seconds of processor time of this process, all threads, in and for it."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak_memory() -> float:
    """The most memory that this process ever held, in MB.

    Linux's own figure where there is one: that of getrusage also counts what the process was before
    it became this program.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
