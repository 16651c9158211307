"""Our client: its command line and what is read of its report stand here and nowhere else."""

from __future__ import annotations

import functools
import json
import os
import subprocess
from pathlib import Path
from typing import Any

from bars.trial import NotMeasured

TOP = Path(__file__).resolve().parent.parent.parent
DEFAULT_PROGRAM = TOP / "build/release/ingress-check"


FINE = frozenset({0, 4})
"""Exit statuses of a load whose figures count. 4 says that the generator was the limit, as in a closed loop it may be, or
late: then it is the figures that show it."""


class Client:
    """One build of the program."""

    def __init__(self, program: Path) -> None:
        self.program = program

    @functools.cached_property
    def _why_not(self) -> str:
        """Empty if the program is there and has the command."""
        if not os.access(self.program, os.X_OK):
            return f"{self.program} is not there"
        help_ = subprocess.run([self.program, "load", "--help"], capture_output=True, timeout=20, check=False)
        return "" if help_.returncode == 0 else "ingress-check has no command load"

    def load(
        self,
        url: str,
        *,
        requests: int = 0,
        seconds: float = 0,
        rate: int = 0,
        poisson: bool = False,
        connections: int = 64,
        streams: int = 1,
        http: str = "1.1",
        answered_by: str = "",
        fresh: bool = False,
        resume: bool = False,
        spin: bool = False,
        report: Path | None = None,
    ) -> list[str]:
        """The words of one load with one thread; a closed loop without `rate`. NotMeasured if there is no such command."""
        if self._why_not:
            raise NotMeasured(self._why_not)
        words = [
            str(self.program),
            "load",
            url,
            "--no-progress",
            "--threads",
            "1",
            "--http",
            http,
            "--connections",
            str(connections),
        ]
        words += ["--requests", str(requests)] if requests else ["--for", f"{round(seconds * 1000)}ms"]
        words += ["--rate", f"{rate}/s", "--arrivals", "poisson" if poisson else "constant"] if rate else []
        words += ["--streams", str(streams)] if streams > 1 else []
        words += ["--insecure"] if url.startswith("https:") else []
        words += ["--answered-by", answered_by] if answered_by else []
        words += ["--fresh"] if fresh else []
        words += ["--resume"] if resume else []
        words += ["--spin"] if spin else []
        words += ["--report", f"json={report}"] if report else []
        return words


class Report:
    """A result in JSON of one load (schema ingress-check/result/1); NotMeasured where it lacks what is asked for."""

    def __init__(self, path: Path) -> None:
        try:
            self._load: dict[str, Any] = json.loads(path.read_text())["scenarios"][0]["checks"][0]["loads"][0]
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise NotMeasured(f"the JSON report has no load: {error!r}") from error

    def _number(self, *keys: str) -> float:
        value: Any = self._load
        try:
            for key in keys:
                value = value[key]
            return float(value)
        except (LookupError, TypeError, ValueError) as error:
            raise NotMeasured(f"the load in the JSON report has no {'.'.join(keys)}") from error

    def send_delay_us(self, percentile: str) -> float:
        return self._number("send_delay", f"{percentile}_us")

    def offered_per_s(self) -> float:
        return self._number("offered_per_s")

    def achieved_per_s(self) -> float:
        return self._number("achieved_per_s")
