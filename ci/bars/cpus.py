"""Which CPU is whose, and how much of them other programs take."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cpus:
    """The client's and the server's; the same one where there is only one."""

    client: int
    server: int


def pick() -> Cpus:
    allowed = sorted(os.sched_getaffinity(0))
    return Cpus(allowed[0], allowed[min(1, len(allowed) - 1)])


def busy_s() -> float:
    """CPU time that all programs of this machine have taken so far, and what the host took away from it (steal)."""
    with open("/proc/stat", encoding="ascii") as stat:
        user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, stat.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / _TICKS_PER_S


def taken_s(pid: int) -> float:
    """CPU time of a process's first thread, exact (its schedstat); 0 if it is gone."""
    try:
        with open(f"/proc/{pid}/schedstat", encoding="ascii") as stat:
            return int(stat.read().split()[0]) / 1e9
    except OSError:
        return 0.0


def foreign_share(seconds: float) -> float:
    """Looks for so long, doing nothing: what others take, as a share of one CPU."""
    before, begin = busy_s(), time.monotonic()
    time.sleep(seconds)
    return (busy_s() - before) / (time.monotonic() - begin)
