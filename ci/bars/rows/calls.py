"""System calls a request, counted by strace: two sizes, so that what a program does once cancels out."""

from bars import peers
from bars.bench import Bench
from bars.child import tool
from bars.trial import Bar, Contender, Measures, NotMeasured, Row, Trial


def _counted(bench: Bench, command: list[str]) -> tuple[int, int]:
    """Calls, and requests that nginx saw."""
    tool(command[0])
    log = bench.folder / "calls"
    slice_ = bench.once(["strace", "-f", "-c", "-o", str(log), *command], bench.nginx)
    for line in log.read_text().splitlines():
        words = line.split()
        if words and words[-1] == "total":
            return int(words[3]), slice_.requests
    raise NotMeasured("strace counted nothing")


def _between(bench: Bench, small: list[str], large: list[str]) -> Measures:
    calls_few, few = _counted(bench, small)
    calls_many, many = _counted(bench, large)
    if many <= few:
        raise NotMeasured(f"the server saw {few} requests, then {many}")
    return {"calls": (calls_many - calls_few) / (many - few)}


def _ours(connections: int, few: int, many: int) -> Contender:
    def run(bench: Bench) -> Measures:
        small, large = (
            bench.ours.load(bench.nginx.plain_url, requests=n, connections=connections) for n in (few, many)
        )
        return _between(bench, small, large)

    return run


def _floor(connections: int, few: int, many: int) -> Contender:
    def run(bench: Bench) -> Measures:
        small, large = (bench.floor(bench.nginx.plain_port, n, connections) for n in (few, many))
        return _between(bench, small, large)

    return run


def _wrk(connections: int) -> Contender:
    def run(bench: Bench) -> Measures:
        small, large = (peers.wrk(bench.nginx.plain_url, seconds, connections) for seconds in (1, 3))
        return _between(bench, small, large)

    return run


def _trial(connections: int, few: int, many: int, most: float) -> Trial:
    return Trial(
        name=f"calls-{connections}",
        contenders={
            "ours": _ours(connections, few, many),
            "wrk": _wrk(connections),
            "floor": _floor(connections, few, many),
        },
        rows=[
            Row(
                f"h1-calls-{connections}",
                f"system calls a request, h1, {connections} connection" + ("s" if connections > 1 else ""),
                "calls",
                "calls",
                Bar(most),
                beside=("wrk", "floor"),
            )
        ],
        rounds=3,
    )


trials = [_trial(64, 2_000, 12_000, 2.15), _trial(1, 500, 3_000, 3.1)]
