"""The command lines of the other clients. Only wrk, h2load, ab and hey are asked for (ci/setup bench); the others take
part where they are on PATH."""

from __future__ import annotations

import json
from pathlib import Path


def wrk(url: str, seconds: int = 1, connections: int = 64, headers: tuple[str, ...] = ()) -> list[str]:
    """Whole seconds only; no count of requests."""
    given = [word for header in headers for word in ("-H", header)]
    return ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", *given, url]


def ab(url: str, requests: int, keep_alive: bool = True) -> list[str]:
    return ["ab", "-q", *(["-k"] if keep_alive else []), "-n", str(requests), "-c", "64", url]


def h2load(url: str, requests: int, streams: int = 1, http1: bool = False) -> list[str]:
    """Does not follow a GOAWAY: the server must not send one."""
    return ["h2load", "-t1", "-c64", f"-m{streams}", "-n", str(requests), *(["--h1"] if http1 else []), url]


def hey(url: str, seconds: float) -> list[str]:
    return ["hey", "-z", f"{seconds}s", "-c", "64", url]


def hey_count(url: str, requests: int) -> list[str]:
    """`requests` is a multiple of 64."""
    return ["hey", "-n", str(requests), "-c", "64", url]


def _vegeta(url: str, words: str) -> list[str]:
    return ["sh", "-c", f"echo 'GET {url}' | vegeta attack {words} >/dev/null"]


def _k6(folder: Path, url: str, options: dict[str, object]) -> list[str]:
    """Writes its script into the folder."""
    script = folder / "k6.js"
    script.write_text(
        'import http from "k6/http";\n'
        f"export const options = {json.dumps({'discardResponseBodies': True, **options})};\n"
        f"export default function () {{ http.get({json.dumps(url)}); }}\n"
    )
    return ["k6", "run", "--quiet", "--no-summary", "--no-usage-report", str(script)]


CLOSED = ("ab", "h2load", "hey", "oha", "fortio", "vegeta", "k6")
PACED = ("h2load", "hey", "wrk2", "oha", "fortio", "vegeta", "k6")


def closed(folder: Path, url: str) -> dict[str, list[str]]:
    """Who else can run a closed loop over 64 connections for about a second."""
    return {
        "ab": ab(url, 60000),
        "h2load": h2load(url, 60000, http1=True),
        "hey": hey(url, 1),
        "oha": ["oha", "--no-tui", "-z", "1s", "-c", "64", url],
        "fortio": ["fortio", "load", "-quiet", "-qps", "0", "-c", "64", "-t", "1s", url],
        "vegeta": _vegeta(url, "-rate 0 -max-workers 64 -connections 64 -duration 1s"),
        "k6": _k6(folder, url, {"vus": 64, "duration": "1s"}),
    }


def paced(folder: Path, url: str, rate: int, seconds: float) -> dict[str, list[str]]:
    """Who else can send at a rate over 50 connections; rates are multiples of 50."""
    each = str(rate // 50)
    arrivals = {
        "executor": "constant-arrival-rate",
        "rate": rate,
        "timeUnit": "1s",
        "duration": f"{seconds}s",
        "preAllocatedVUs": 50,
    }
    return {
        "h2load": ["h2load", "--h1", "-t1", "-c50", "--rps", each, "-n", str(round(rate * seconds)), url],
        "hey": ["hey", "-z", f"{seconds}s", "-c", "50", "-q", each, url],
        "wrk2": ["wrk2", "-t1", "-c50", f"-d{max(1, round(seconds))}s", f"-R{rate}", url],
        "oha": ["oha", "--no-tui", "-z", f"{seconds}s", "-c", "50", "-q", str(rate), url],
        "fortio": ["fortio", "load", "-quiet", "-qps", str(rate), "-c", "50", "-t", f"{seconds}s", url],
        "vegeta": _vegeta(url, f"-rate {rate}/1s -workers 50 -max-workers 50 -connections 50 -duration {seconds}s"),
        "k6": _k6(folder, url, {"scenarios": {"paced": arrivals}}),
    }
