"""How punctual an open loop is over 50 connections: by our own account, and as the server sees it."""

from bars import ours, peers
from bars.bench import Bench
from bars.child import tool
from bars.figures import arrival_figures
from bars.trial import Bar, Contender, Measures, Row, Trial

_SECONDS = 1.5
_CONNECTIONS = 50


def _seen(bench: Bench, command: list[str], rate: int) -> Measures:
    slice_ = bench.measure(command, bench.canned)
    return slice_.costs() | arrival_figures(slice_.arrivals_ns, rate)


def _ours(rate: int, spin: bool = False, poisson: bool = False) -> Contender:
    def run(bench: Bench) -> Measures:
        report = bench.folder / "paced.json"
        report.unlink(missing_ok=True)
        command = bench.ours.load(
            bench.canned.url,
            seconds=_SECONDS,
            rate=rate,
            poisson=poisson,
            spin=spin,
            connections=_CONNECTIONS,
            report=report,
        )
        figures = _seen(bench, command, rate)
        loaded = ours.Report(report)
        return figures | {
            "send_delay_p50_us": loaded.send_delay_us("p50"),
            "send_delay_p99_us": loaded.send_delay_us("p99"),
        }

    return run


def _pacer(rate: int) -> Contender:
    return lambda bench: _seen(bench, bench.pacer(bench.canned.port, rate, _SECONDS, _CONNECTIONS), rate)


def _other(name: str, rate: int) -> Contender:
    def run(bench: Bench) -> Measures:
        tool(name)
        return _seen(bench, peers.paced(bench.folder, bench.canned.url, rate, _SECONDS)[name], rate)

    return run


def _contenders(rate: int) -> dict[str, Contender]:
    own: dict[str, Contender] = {"ours": _ours(rate), "ours-spin": _ours(rate, spin=True), "pacer": _pacer(rate)}
    return own | {name: _other(name, rate) for name in peers.PACED}


def _rows(rate: int) -> list[Row]:
    every = ("ours-spin", "pacer", *peers.PACED)
    at = f"{rate:,}/s, {_CONNECTIONS} connections"
    return [
        Row(f"send-delay-{rate}", f"send delay p50 by its own account, {at}", "send_delay_p50_us", "µs", Bar(100)),
        Row(
            f"send-delay-spin-{rate}",
            f"the same with --spin, {at}",
            "send_delay_p50_us",
            "µs",
            Bar(100, stretch=5),
            of="ours-spin",
        ),
        Row(
            f"lag-h2load-{rate}",
            f"lag p99 seen by the server, {at}",
            "lag_p99_us",
            "µs",
            Bar(0.125),
            against="h2load",
            beside=every,
        ),
        Row(
            f"lag-pacer-{rate}", f"the same against a bare pacer, {at}", "lag_p99_us", "µs", Bar(1.25), against="pacer"
        ),
    ]


trials = [
    Trial(
        name="paced-1000",
        contenders=_contenders(1_000) | {"ours-poisson": _ours(1_000, poisson=True)},
        rows=[
            *_rows(1_000),
            Row(
                "gaps-constant",
                "gaps seen by the server within a quarter of 1 ms, constant 1,000/s",
                "gaps_near_percent",
                "%",
                Bar(least=95),
                beside=("pacer", *peers.PACED),
            ),
            Row(
                "gaps-poisson",
                "coefficient of variation of the gaps, Poisson 1,000/s",
                "gaps_cv",
                "",
                Bar(1.05, 0.95),
                of="ours-poisson",
                beside=("ours", "pacer", *peers.PACED),
            ),
        ],
    ),
    Trial(name="paced-10000", contenders=_contenders(10_000), rows=_rows(10_000)),
]
