"""Whether all of an offered rate arrives, over 20 s, or 60 s with --long."""

from bars import ours
from bars.bench import Bench
from bars.figures import arrival_figures
from bars.trial import Bar, Measures, Row, Trial

_RATE = 10_000


def _seen(bench: Bench, command: list[str]) -> Measures:
    slice_ = bench.once(command, bench.canned, limit_s=120)
    figures = slice_.costs() | arrival_figures(slice_.arrivals_ns, _RATE)
    return figures | {"off_percent": 100 * abs(figures["rate_per_s"] / _RATE - 1)}


def _seconds(bench: Bench) -> int:
    return 60 if bench.long else 20


def _ours(bench: Bench) -> Measures:
    report = bench.folder / "achieved.json"
    report.unlink(missing_ok=True)
    command = bench.ours.load(bench.canned.url, seconds=_seconds(bench), rate=_RATE, connections=50, report=report)
    figures = _seen(bench, command)
    loaded = ours.Report(report)
    own = 100 * abs(loaded.achieved_per_s() / loaded.offered_per_s() - 1)
    return figures | {"off_percent": max(own, figures["off_percent"])}


def _pacer(bench: Bench) -> Measures:
    return _seen(bench, bench.pacer(bench.canned.port, _RATE, _seconds(bench)))


trials = [
    Trial(
        name="achieved",
        contenders={"ours": _ours, "pacer": _pacer},
        rows=[
            Row(
                "achieved-rate",
                f"off the offered {_RATE:,}/s, by the server's account and its own, the worse",
                "off_percent",
                "%",
                Bar(0.1),
                beside=("pacer",),
            )
        ],
        rounds=1,
    )
]
