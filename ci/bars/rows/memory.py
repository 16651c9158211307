"""Resident memory: what a connection takes, and what a request leaves. Peaks of two sizes, subtracted."""

from bars import peers
from bars.bench import Bench
from bars.trial import Bar, Contender, Measures, NotMeasured, Row, Trial

_FEW, _MANY = 1_000, 5_000


def _peak(bench: Bench, command: list[str], connections: int) -> int:
    """In kB; of a client that really had so many connections."""
    if bench.most_descriptors < _MANY + 100:
        raise NotMeasured(f"only {bench.most_descriptors} open files are allowed here (ulimit -Hn)")
    slice_ = bench.once(command, bench.nginx, look_at_memory=True)
    if bench.nginx.accepted < connections:
        raise NotMeasured(f"nginx saw {bench.nginx.accepted} of {connections} connections")
    return slice_.ended.peak_kb


def _ours(tls: bool) -> Contender:
    def run(bench: Bench) -> Measures:
        url = bench.nginx.tls_url if tls else bench.nginx.plain_url
        few, many = (_peak(bench, bench.ours.load(url, requests=10 * n, connections=n), n) for n in (_FEW, _MANY))
        return {"connection_kb": (many - few) / (_MANY - _FEW)}

    return run


def _wrk(tls: bool) -> Contender:
    def run(bench: Bench) -> Measures:
        url = bench.nginx.tls_url if tls else bench.nginx.plain_url
        few, many = (_peak(bench, peers.wrk(url, 15 if tls else 3, n), n) for n in (_FEW, _MANY))
        return {"connection_kb": (many - few) / (_MANY - _FEW)}

    return run


def _connections(name: str, what: str, tls: bool, bar: Bar) -> Trial:
    return Trial(
        name=name,
        contenders={"ours": _ours(tls), "wrk": _wrk(tls)},
        rows=[Row(name, what, "connection_kb", "kB", bar, beside=("wrk",))],
        rounds=1,
    )


def _left(bench: Bench, few: tuple[list[str], int], many: tuple[list[str], int]) -> Measures:
    """Of two runs, each a command and how many requests it sends."""
    peaks = []
    for command, requests in (few, many):
        slice_ = bench.once(command, bench.canned, limit_s=120, look_at_memory=True)
        slice_.costs_of(requests)
        peaks.append(slice_.ended.peak_kb)
    return {"request_bytes": 1024 * (peaks[1] - peaks[0]) / (many[1] - few[1])}


def _ours_requests(bench: Bench) -> Measures:
    few, many = ((bench.ours.load(bench.canned.url, requests=n), n) for n in (300_000, 1_300_000))
    return _left(bench, few, many)


def _hey_requests(bench: Bench) -> Measures:
    few, many = ((peers.hey_count(bench.canned.url, n), n) for n in (64_000, 192_000))
    return _left(bench, few, many)


trials = [
    _connections("memory-h1", "resident memory a connection, h1", False, Bar(2, stretch=1)),
    _connections("memory-tls", "resident memory a connection, h1 over TLS", True, Bar(45, stretch=35)),
    Trial(
        name="memory-request",
        contenders={"ours": _ours_requests, "hey": _hey_requests},
        rows=[
            Row(
                "memory-request",
                "resident memory a request leaves (0.1: what pages resolve)",
                "request_bytes",
                "bytes",
                Bar(0.1),
                beside=("hey",),
            )
        ],
        rounds=1,
    ),
]
