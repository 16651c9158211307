"""What a contender works with: servers, started when first needed, and slices measured beside others' work."""

from __future__ import annotations

import functools
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bars import child, cpus, servers
from bars.ours import FINE, TOP, Client
from bars.trial import Disturbed, Measures, NotMeasured

PEER = TOP / "build/release/ci/bench-peer"

_RESOLUTION_S = 0.03  # of the ticks that foreign time is counted in
_REPEATS = 3


@dataclass(frozen=True)
class Slice:
    """One run of a client, and what the server saw of it."""

    ended: child.Ended
    requests: int  # as the server counts; what the client says is not asked
    arrivals_ns: list[int]
    foreign: float  # share of one CPU that others took meanwhile

    def costs(self) -> Measures:
        each = 1e6 / max(self.requests, 1)
        return {
            "cpu_us": self.ended.cpu_s * each,
            "user_us": self.ended.user_s * each,
            "system_us": self.ended.system_s * each,
            "per_s": self.requests / self.ended.wall_s,
            "foreign_percent": 100 * self.foreign,
        }

    def costs_of(self, requests: int) -> Measures:
        """NotMeasured unless the server saw as many as were asked for, a percent apart."""
        if abs(self.requests - requests) > 0.01 * requests:
            raise NotMeasured(f"the server saw {self.requests} of {requests} requests")
        return self.costs()


class Bench:
    """One run of ci/bench. Use with `with`: its servers end with it."""

    def __init__(self, folder: Path, program: Path, most_foreign: float, patience_s: float, long: bool) -> None:
        self.folder = folder
        self.ours = Client(program)
        self.long = long
        self.cpus = cpus.pick()
        self.waited_s = 0.0
        self._most_foreign = most_foreign  # share of one CPU during a slice
        self._patience_s = patience_s
        self._running: list[servers.Canned | servers.Nginx] = []
        self.most_descriptors = servers.raise_descriptor_limit()

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._running:
            server.end()

    def _canned(self, pods: int) -> servers.Canned:
        server = servers.Canned(PEER, self.cpus.server, pods)
        self._running.append(server)
        return server

    @functools.cached_property
    def canned(self) -> servers.Canned:
        return self._canned(0)

    @functools.cached_property
    def pods(self) -> servers.Canned:
        """Its answers name one of 8 pods."""
        return self._canned(8)

    @functools.cached_property
    def nginx(self) -> servers.Nginx:
        server = servers.Nginx(self.folder, self.cpus.server, self.canned.silent_port)
        self._running.append(server)
        return server

    def floor(self, port: int, requests: int, connections: int = 64) -> list[str]:
        return [str(PEER), "floor", str(port), str(connections), str(requests)]

    def pacer(self, port: int, rate: int, seconds: float, connections: int = 50) -> list[str]:
        return [str(PEER), "pace", str(port), str(connections), str(rate), str(seconds)]

    def once(
        self, command: list[str], server: servers.Server, limit_s: float = 60, look_at_memory: bool = False
    ) -> Slice:
        """One slice, whatever else runs."""
        server.take()
        busy, served, own = self._clocks(server)
        fine = FINE if str(self.ours.program) in command else frozenset({0})
        ended = child.run(command, self.cpus.client, limit_s, look_at_memory, fine)
        busy_after, served_after, own_after = self._clocks(server)
        used = ended.cpu_s + (served_after - served) + (own_after - own)
        foreign = max(0.0, busy_after - busy - used - _RESOLUTION_S) / ended.wall_s
        taken = server.take()
        return Slice(ended, taken.requests, taken.arrivals_ns, foreign)

    @staticmethod
    def _clocks(server: servers.Server) -> tuple[float, float, float]:
        """CPU time of all, of the server, of ourselves."""
        return cpus.busy_s(), cpus.taken_s(server.pid), sum(os.times()[:2])

    def measure(self, command: list[str], server: servers.Server) -> Slice:
        """A slice in quiet: repeated while others took too much CPU, Disturbed if they always do."""
        for _ in range(1 + _REPEATS):
            self._wait_for_quiet()
            slice_ = self.once(command, server)
            if slice_.foreign <= self._most_foreign:
                return slice_
        raise Disturbed(f"{slice_.foreign:.0%} of a CPU were taken by others")

    def _wait_for_quiet(self) -> None:
        """A few seconds at most, and no more than the run's patience in all."""
        begin = time.monotonic()
        while cpus.foreign_share(0.08) > self._most_foreign:
            if time.monotonic() - begin > 5 or self.waited_s > self._patience_s:
                break
            self.waited_s += 0.08


def say(text: str) -> None:
    """Progress, beside the table."""
    print(text, file=sys.stderr, flush=True)
