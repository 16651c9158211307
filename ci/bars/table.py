"""Prints the table of bars, and what every contender cost."""

from __future__ import annotations

from bars.figures import spread
from bars.trial import Bar, Results, Row, Trial
from bars.verdict import MET, Judged


def number(value: float) -> str:
    """Three digits."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def _unit(row: Row) -> str:
    return "x" if row.against else row.unit


def bar_text(bar: Bar) -> str:
    if bar.most is not None and bar.least is not None:
        return f"{bar.least:g} to {bar.most:g}"
    if bar.most is not None:
        return f"≤ {bar.most:,g}"
    return f"≥ {bar.least:,g}" if bar.least is not None else "-"


def _stretch(bar: Bar) -> str:
    if bar.stretch is None:
        return "-"
    return f"{'≤' if bar.most is not None else '≥'} {bar.stretch:,g}"


def _verdict(judged: Judged) -> str:
    if judged.value is None:
        return f"{judged.word}: {judged.why}"
    if judged.word == MET and judged.row.bar.stretch is not None:
        return "met, and the stretch" if judged.stretched else "met"
    return f"{judged.word}, by less than is resolved (5 %)" if judged.close else judged.word


_COLUMNS = "  {:<22}{:>12}{:>20}{:>13}{:>10}{:>8}  {}"


def print_head() -> None:
    print(_COLUMNS.format("row", "result", "quartiles", "bar", "stretch", "rounds", "verdict"))


def print_row(judged: Judged) -> None:
    """What was measured, and below it of whom."""
    row, value = judged.row, judged.value
    unit = _unit(row)
    result = f"{number(value.median)} {unit}" if value else "-"
    quartiles = f"{number(value.low)} to {number(value.high)}" if value and value.count > 1 else "-"
    rounds = f"{value.count}/{judged.rounds}" if value else "-"
    print(_COLUMNS.format(row.name, result, quartiles, bar_text(row.bar), _stretch(row.bar), rounds, _verdict(judged)))
    medians = ", ".join(f"{name} {number(median)}" for name, median in judged.beside.items())
    print(f"      {row.what}" + (f": {medians} {row.unit}" if medians else ""))


def print_costs(trial: Trial, results: Results) -> None:
    """Of every contender that sent requests: its rate and its CPU time."""
    lines = []
    for name in trial.contenders:
        clean = [s for s in results.slices.get(name, []) if s and "cpu_us" in s]
        if clean:
            cpu = spread([s["cpu_us"] for s in clean])
            rest = [spread([s[key] for s in clean]).median for key in ("user_us", "system_us", "per_s")]
            lines.append(
                f"    {name:<14}{len(clean):>3}/{len(results.slices[name]):<4}{rest[2]:>12,.0f}"
                f"{cpu.median:>10.2f}{f'{cpu.low:.2f} to {cpu.high:.2f}':>20}{rest[0]:>9.2f}{rest[1]:>9.2f}"
            )
    if lines:
        print(f"  {trial.name}")
        print(f"    {'':<14}{'clean':<8}{'requests/s':>11}{'CPU µs':>10}{'quartiles':>20}{'user':>9}{'system':>9}")
        print("\n".join(lines))
