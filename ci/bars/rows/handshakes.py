"""CPU time of a new TLS connection with one request: full handshakes against ab, resumed ones against wrk."""

from bars import peers
from bars.bench import Bench
from bars.trial import Bar, Contender, Disturbed, Measures, NotMeasured, Row, Trial

_FULL, _RESUMED = 2_400, 6_000  # start-up is about 1 %


def _measure(bench: Bench, command: list[str], resumed: bool, requests: int = 0) -> Measures:
    """nginx says of each connection whether it was resumed: a client that did the other thing has measured nothing. The
    first of each of 64 connections has no session yet to resume; where others slowed a client that counts in seconds so
    that these weigh, the slice is dropped."""
    bench.nginx.take_resumed()
    slice_ = bench.measure(command, bench.nginx)
    share = bench.nginx.take_resumed()
    wrong = abs(share - (1 if resumed else 0))
    if wrong > 0.5 or (wrong > 0 and not resumed):
        raise NotMeasured(f"{share:.0%} of its handshakes were resumed, where {'all' if resumed else 'none'} should be")
    if wrong > 0.1:
        raise Disturbed(f"only {share:.0%} of the handshakes were resumed")
    return slice_.costs_of(requests) if requests else slice_.costs()


def _ours(requests: int, resumed: bool) -> Contender:
    def run(bench: Bench) -> Measures:
        command = bench.ours.load(bench.nginx.logged_url, requests=requests, fresh=True, resume=resumed)
        return _measure(bench, command, resumed, requests)

    return run


def _ab(bench: Bench) -> Measures:
    return _measure(bench, peers.ab(bench.nginx.logged_url, _FULL, keep_alive=False), False, _FULL)


def _wrk(bench: Bench) -> Measures:
    """It resumes without being asked."""
    return _measure(bench, peers.wrk(bench.nginx.logged_url, seconds=2, headers=("Connection: close",)), True)


trials = [
    Trial(
        name="tls-full",
        contenders={"ours": _ours(_FULL, False), "ab": _ab},
        rows=[Row("tls-full-cpu", "CPU a new TLS connection, full handshake", "cpu_us", "µs", Bar(1.0), against="ab")],
    ),
    Trial(
        name="tls-resumed",
        contenders={"ours": _ours(_RESUMED, True), "wrk": _wrk},
        rows=[Row("tls-resumed-cpu", "CPU a new TLS connection, resumed", "cpu_us", "µs", Bar(1.0), against="wrk")],
    ),
]
