"""Holds a row's measurements against its bar."""

from __future__ import annotations

from dataclasses import dataclass

from bars.figures import Spread, spread
from bars.trial import Bar, Results, Row

MET, MISSED, INFORMATION, NOT_MEASURED = "met", "MISSED", "-", "not measured"


@dataclass(frozen=True)
class Judged:
    """A row with what came out; `value` is None where it was not measured, and `why` says why."""

    row: Row
    word: str
    value: Spread | None
    rounds: int
    beside: dict[str, float]  # contender: median of the key
    why: str = ""

    @property
    def stretched(self) -> bool:
        return self.value is not None and self.row.bar.stretched(self.value.median)

    @property
    def close(self) -> bool:
        """Missed by less than these machines resolve."""
        bar = self.row.bar
        if self.word != MISSED or self.value is None:
            return False
        value = self.value.median
        return (bar.most is not None and bar.most < value <= 1.05 * bar.most) or (
            bar.least is not None and 0.95 * bar.least <= value < bar.least
        )


def _values(row: Row, results: Results) -> list[float]:
    ours = results.values(row.of, row.key)
    if row.against is None:
        return [value for value in ours if value is not None]
    theirs = results.values(row.against, row.key)
    return [a / b for a, b in zip(ours, theirs, strict=False) if a is not None and b]


def _why(row: Row, results: Results) -> str:
    names = [row.of] + ([row.against] if row.against else [])
    for name in names:
        if name in results.why:
            return results.why[name] if name == row.of else f"{name}: {results.why[name]}"
    return f"others kept the CPUs busy in all {len(results.slices.get(row.of, []))} rounds"


def judge(row: Row, results: Results) -> Judged:
    beside = {}
    for name in dict.fromkeys([row.of, *([row.against] if row.against else []), *row.beside]):
        clean = [value for value in results.values(name, row.key) if value is not None]
        if clean:
            beside[name] = spread(clean).median
    values = _values(row, results)
    rounds = len(results.slices.get(row.of, []))
    if not values:
        return Judged(row, NOT_MEASURED, None, rounds, beside, _why(row, results))
    value = spread(values)
    return Judged(row, _word(row.bar, value.median), value, rounds, beside)


def _word(bar: Bar, value: float) -> str:
    if bar.most is None and bar.least is None:
        return INFORMATION
    return MET if bar.met(value) else MISSED
