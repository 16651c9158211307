"""Small statistics: what a table of bars prints, and what a server's arrivals say about a client's clock."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """A median with its quartiles."""

    median: float
    low: float
    high: float
    count: int


def spread(values: Sequence[float]) -> Spread:
    """Of at least one value."""
    if len(values) == 1:
        return Spread(values[0], values[0], values[0], 1)
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(middle, low, high, len(values))


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The least value that so many percent do not exceed; of values in order."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def arrival_figures(arrivals_ns: Sequence[int], rate: float) -> dict[str, float]:
    """How far arrivals are from `rate` a second.

    Lag: how much later than its place in the schedule; the schedule begins where its most punctual arrival
    has lag 0. Gaps within a quarter of 1 / rate, in percent; their coefficient of variation. Burst: variance over
    mean of the counts of milliseconds: 1 for Poisson, less for a steady source, above it requests come in bursts.
    """
    if len(arrivals_ns) < 100:
        return {}
    interval = 1e9 / rate
    offsets = [at - i * interval for i, at in enumerate(arrivals_ns)]
    first = min(offsets)
    lags = sorted((offset - first) / 1e3 for offset in offsets)
    gaps = [after - before for before, after in itertools.pairwise(arrivals_ns)]
    near = sum(1 for gap in gaps if 0.75 * interval <= gap <= 1.25 * interval)
    counts = [0] * ((arrivals_ns[-1] - arrivals_ns[0]) // 1_000_000 + 1)
    for at in arrivals_ns:
        counts[(at - arrivals_ns[0]) // 1_000_000] += 1
    return {
        "lag_p50_us": percentile(lags, 50),
        "lag_p99_us": percentile(lags, 99),
        "gaps_near_percent": 100 * near / len(gaps),
        "gaps_cv": statistics.pstdev(gaps) / statistics.fmean(gaps),
        "burst": statistics.pvariance(counts) / statistics.fmean(counts),
        "rate_per_s": 1e9 * len(gaps) / (arrivals_ns[-1] - arrivals_ns[0]),
    }
