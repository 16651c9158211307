"""User instructions a request, counted by callgrind: two sizes, so that what a program does once cancels out."""

import re

from bars import peers
from bars.bench import Bench, Slice
from bars.child import tool
from bars.trial import Bar, Measures, NotMeasured, Row, Trial

_FEW, _MANY = 5_000, 25_000


def _counted(bench: Bench, command: list[str]) -> tuple[float, Slice]:
    tool(command[0])
    words = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command]
    slice_ = bench.once(words, bench.pods, limit_s=120)
    found = re.search(r"Collected : (\d+)", slice_.ended.out)
    if found is None:
        raise NotMeasured("callgrind collected nothing")
    return float(found[1]), slice_


def _between(bench: Bench, small: list[str], large: list[str]) -> Measures:
    few, less = _counted(bench, small)
    many, more = _counted(bench, large)
    if more.requests <= less.requests:
        raise NotMeasured(f"the server saw {less.requests} requests, then {more.requests}")
    return {"instructions": (many - few) / (more.requests - less.requests)}


def _ours(bench: Bench) -> Measures:
    small, large = (bench.ours.load(bench.pods.url, requests=n, answered_by="echo") for n in (_FEW, _MANY))
    return _between(bench, small, large)


def _wrk(bench: Bench) -> Measures:
    return _between(bench, peers.wrk(bench.pods.url, seconds=2), peers.wrk(bench.pods.url, seconds=6))


def _floor(bench: Bench) -> Measures:
    return _between(bench, bench.floor(bench.pods.port, _FEW), bench.floor(bench.pods.port, _MANY))


trials = [
    Trial(
        name="instructions",
        contenders={"ours": _ours, "wrk": _wrk, "floor": _floor},
        rows=[
            Row(
                "h1-instructions",
                "user instructions a request, h1, 64 connections, pods attributed by header",
                "instructions",
                "instructions",
                Bar(3000, stretch=2300),
                beside=("wrk", "floor"),
            )
        ],
        rounds=1,
    )
]
