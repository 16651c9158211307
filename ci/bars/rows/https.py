"""CPU time a request over TLS, handshakes apart: HTTP/1.1 against wrk, HTTP/2 against h2load, both 64 connections."""

from bars import peers
from bars.bench import Bench
from bars.trial import Bar, Contender, Measures, NotMeasured, Row, Trial

_CONNECTIONS = 64
_H1_REQUESTS = 40_000
_H2_REQUESTS = {1: 40_000, 32: 80_000}


def _net(bench: Bench, start: list[str], full: list[str], requests: int = 0) -> Measures:
    """What the full slice cost beyond one that opens the same connections and asks next to nothing."""
    before = bench.measure(start, bench.nginx)
    whole = bench.measure(full, bench.nginx)
    if requests:
        whole.costs_of(requests)
    more = whole.requests - before.requests
    if more <= 0:
        raise NotMeasured(f"the server saw {before.requests} requests, then {whole.requests}")
    net = {
        "user_us": whole.ended.user_s - before.ended.user_s,
        "system_us": whole.ended.system_s - before.ended.system_s,
    }
    figures = {key: 1e6 * seconds / more for key, seconds in net.items()}
    return figures | {
        "cpu_us": sum(figures.values()),
        "per_s": whole.costs()["per_s"],
        "start_ms": 1e3 * before.ended.cpu_s,
    }


def _ours(http: str, streams: int, requests: int) -> Contender:
    def run(bench: Bench) -> Measures:
        start, full = (
            bench.ours.load(bench.nginx.tls_url, requests=n, http=http, streams=streams)
            for n in (_CONNECTIONS, requests)
        )
        return _net(bench, start, full, requests)

    return run


def _wrk(bench: Bench) -> Measures:
    """It counts in seconds only: it starts with requests that are never answered."""
    return _net(bench, peers.wrk(bench.nginx.tls_url + "never"), peers.wrk(bench.nginx.tls_url))


def _h2load(streams: int) -> Contender:
    def run(bench: Bench) -> Measures:
        start, full = (peers.h2load(bench.nginx.tls_url, n, streams) for n in (_CONNECTIONS, _H2_REQUESTS[streams]))
        return _net(bench, start, full, _H2_REQUESTS[streams])

    return run


def _h2_trial(streams: int, most: float, stretch: float) -> Trial:
    return Trial(
        name=f"h2-{streams}",
        contenders={"ours": _ours("2", streams, _H2_REQUESTS[streams]), "h2load": _h2load(streams)},
        rows=[
            Row(
                f"h2-cpu-{streams}",
                f"CPU a request, h2 over TLS, {streams} stream{'s' if streams > 1 else ''} a "
                "connection, handshakes apart",
                "cpu_us",
                "µs",
                Bar(most, stretch=stretch),
                against="h2load",
            )
        ],
    )


trials = [
    Trial(
        name="https",
        contenders={"ours": _ours("1.1", 1, _H1_REQUESTS), "wrk": _wrk},
        rows=[
            Row(
                "https-cpu",
                "CPU a request, h1 over TLS, handshakes apart",
                "cpu_us",
                "µs",
                Bar(0.92, stretch=0.84),
                against="wrk",
            )
        ],
    ),
    _h2_trial(1, 0.85, 0.75),
    _h2_trial(32, 1.0, 0.9),
]
