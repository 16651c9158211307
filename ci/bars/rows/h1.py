"""CPU time a request, HTTP/1.1 keep-alive, 64 connections: against wrk, and against the floor."""

from bars import peers
from bars.bench import Bench
from bars.child import tool
from bars.trial import Bar, Contender, Measures, Row, Trial

_REQUESTS = 200_000  # start-up is below 1 %


def _ours(bench: Bench) -> Measures:
    command = bench.ours.load(bench.nginx.plain_url, requests=_REQUESTS)
    return bench.measure(command, bench.nginx).costs_of(_REQUESTS)


def _wrk(bench: Bench) -> Measures:
    return bench.measure(peers.wrk(bench.nginx.plain_url), bench.nginx).costs()


def _floor(bench: Bench) -> Measures:
    return bench.measure(bench.floor(bench.nginx.plain_port, _REQUESTS), bench.nginx).costs()


def _other(name: str) -> Contender:
    def run(bench: Bench) -> Measures:
        tool(name)
        return bench.measure(peers.closed(bench.folder, bench.nginx.plain_url)[name], bench.nginx).costs()

    return run


trials = [
    Trial(
        name="h1",
        contenders={"ours": _ours, "wrk": _wrk, "floor": _floor} | {name: _other(name) for name in peers.CLOSED},
        rows=[
            Row(
                "h1-cpu",
                "CPU a request, h1 keep-alive, 64 connections, nginx",
                "cpu_us",
                "µs",
                Bar(0.92, stretch=0.82),
                against="wrk",
                beside=("floor", *peers.CLOSED),
            ),
            Row(
                "h1-floor",
                "the same against one send, one recv, a share of a wake-up",
                "cpu_us",
                "µs",
                Bar(1.15, stretch=1.05),
                against="floor",
            ),
        ],
    )
]
