"""Runs one program to its end on one CPU and says what it cost: rusage of wait4, its whole life."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass

from bars.trial import NotMeasured


@dataclass(frozen=True)
class Ended:
    """A program that has ended well."""

    wall_s: float
    user_s: float
    system_s: float
    out: str
    peak_kb: int  # VmHWM at its last look, at most 20 ms before the end; ru_maxrss would count the parent's pages

    @property
    def cpu_s(self) -> float:
        return self.user_s + self.system_s


def tool(name: str) -> str:
    """Where the program is; NotMeasured if it is not installed."""
    found = shutil.which(name)
    if found is None:
        raise NotMeasured(f"{name} is not installed")
    return found


def _peak_kb(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def _wait(pid: int, limit_s: float, look: bool) -> int | None:
    """Until it ends: its peak, or None when it took too long."""
    peak = 0
    deadline = time.monotonic() + limit_s
    ended = os.pidfd_open(pid)
    try:
        while (left := deadline - time.monotonic()) > 0:
            if look:
                peak = max(peak, _peak_kb(pid))
            if select.select([ended], [], [], min(left, 0.02) if look else left)[0]:
                return peak
    finally:
        os.close(ended)
    return None


def _last_words(text: str) -> str:
    """What it complained of, as far as that can be told: our own program says its name before it."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    complaints = [line for line in lines if line.startswith("ingress-check: ")]
    return (complaints or lines[-1:] or ["it said nothing"])[0][:120]


def run(
    command: list[str],
    cpu: int,
    limit_s: float = 60,
    look_at_memory: bool = False,
    fine: frozenset[int] = frozenset({0}),
) -> Ended:
    """Raises NotMeasured with the last words of a program that fails or takes longer than the limit."""
    words = ["taskset", "-c", str(cpu), tool(command[0]), *command[1:]]
    with tempfile.TemporaryFile("w+", errors="replace") as out:
        begin = time.monotonic()
        child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)
        peak: int | None = None
        try:
            peak = _wait(child.pid, limit_s, look_at_memory)
        finally:
            if peak is None:
                os.killpg(child.pid, signal.SIGKILL)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - begin
        out.seek(0)
        text = out.read()
    name = os.path.basename(command[0])
    if peak is None:
        raise NotMeasured(f"{name} was not done after {limit_s:.0f} s")
    if child.returncode not in fine:
        raise NotMeasured(f"{name} ended with status {child.returncode}: {_last_words(text)}")
    return Ended(wall, usage.ru_utime, usage.ru_stime, text, peak)
