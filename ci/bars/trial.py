"""The nouns of ci/bench: a Trial lets contenders run in turn, its Rows hold what they measured against a Bar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bars.bench import Bench

Measures = dict[str, float]
"""What one slice of one contender measured; the key carries the unit."""

Contender = Callable[["Bench"], Measures]
"""Runs one slice. Raises NotMeasured or Disturbed."""


class NotMeasured(Exception):
    """A tool is missing, failed, or did not do what was asked; says why. The contender is not tried again."""


class Disturbed(Exception):
    """Other programs took so much CPU, also when repeated, that this slice says nothing."""


@dataclass(frozen=True)
class Bar:
    """What a value must not exceed or fall short of; where neither is given, the row is for information."""

    most: float | None = None
    least: float | None = None
    stretch: float | None = None  # beyond the bar, in the bar's direction

    def met(self, value: float) -> bool:
        return (self.most is None or value <= self.most) and (self.least is None or value >= self.least)

    def stretched(self, value: float) -> bool:
        if self.stretch is None:
            return False
        return value <= self.stretch if self.most is not None else value >= self.stretch


@dataclass(frozen=True)
class Row:
    """One line of the table: the median over rounds of `key` of `of`, or of its ratio to `against` in the same round."""

    name: str  # the word for --only
    what: str
    key: str
    unit: str  # of the key; a ratio's is x
    bar: Bar
    against: str | None = None
    of: str = "ours"
    beside: tuple[str, ...] = ()  # whose medians are printed too


@dataclass(frozen=True)
class Trial:
    """Contenders that take turns, in random order in each round."""

    name: str  # the word for --only
    contenders: dict[str, Contender]
    rows: list[Row]
    rounds: int | None = None  # None: as many as the command line says


@dataclass
class Results:
    """What came of a trial: by contender, a slice for each round; None where it was dropped."""

    slices: dict[str, list[Measures | None]] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)  # contenders that could not be measured

    def values(self, contender: str, key: str) -> list[float | None]:
        return [None if s is None else s.get(key) for s in self.slices.get(contender, [])]
