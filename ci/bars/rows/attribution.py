"""What it costs to note which pod answered."""

from bars.bench import Bench
from bars.trial import Bar, Contender, Measures, Row, Trial

_REQUESTS = 60_000


def _ours(answered_by: str) -> Contender:
    def run(bench: Bench) -> Measures:
        command = bench.ours.load(bench.pods.url, requests=_REQUESTS, answered_by=answered_by)
        return bench.measure(command, bench.pods).costs_of(_REQUESTS)

    return run


trials = [
    Trial(
        name="attribution",
        contenders={"ours": _ours("echo"), "without": _ours("")},
        rows=[
            Row(
                "attribution-cpu",
                "CPU a request with attribution to 8 pods by header, against without",
                "cpu_us",
                "µs",
                Bar(1.10),
                against="without",
            )
        ],
    )
]
