"""A scenario of 50 routes against the practice nginx, from the command to its exit."""

from __future__ import annotations

import json
import subprocess
import time

from bars import child, servers
from bars.bench import Bench
from bars.trial import Bar, Measures, NotMeasured, Row, Trial


def _scenario() -> str:
    routes = "".join(
        f"        - {{path: /{app}/{i}, service: {app}}}\n" for i in range(1, 26) for app in ("app1", "app2")
    )
    return (
        'scenario: fifty-routes\ntarget: {url: "http://frieza.dev"}\nanswered-by: echo\nchecks:\n'
        "  - routing:\n      routes:\n" + routes
    )


def _start_lab(bench: Bench) -> tuple[subprocess.Popen[str], str]:
    """The practice nginx, and where it listens."""
    said = bench.folder / "lab"
    with open(said, "w", encoding="utf-8") as out:
        lab = subprocess.Popen([bench.ours.program, "lab", "nginx"], stdout=out, stderr=out, text=True)
    for _ in range(100):
        time.sleep(0.1)
        if lab.poll() is not None:
            break
        lines = said.read_text(errors="replace").splitlines()
        if any("Ctrl-C" in line for line in lines):
            return lab, next(line.split()[1] for line in lines if line.split()[:1] == ["http"])
    servers.end(lab)
    raise NotMeasured(f"the lab does not start: {said.read_text(errors='replace').strip()[-120:]}")


def _run(bench: Bench) -> Measures:
    if not bench.ours.program.exists():
        raise NotMeasured("ingress-check is not built")
    scenario, report = bench.folder / "fifty.yaml", bench.folder / "fifty.json"
    scenario.write_text(_scenario())
    lab, address = _start_lab(bench)
    try:
        times = []
        for _ in range(5):
            command = [
                str(bench.ours.program),
                "run",
                str(scenario),
                "--address",
                address,
                "--report",
                f"json={report}",
            ]
            times.append(child.run(command, bench.cpus.client).wall_s * 1e3)
    finally:
        servers.end(lab)
    sent = json.loads(report.read_text())["scenarios"][0]["checks"][0]["sent"]
    return {"run_ms": sorted(times)[2], "requests": float(sent)}


trials = [
    Trial(
        name="fifty-routes",
        contenders={"ours": _run},
        rounds=1,
        rows=[
            Row(
                "fifty-routes",
                "a scenario of 50 routes against the practice nginx, median of 5",
                "run_ms",
                "ms",
                Bar(2000),
            )
        ],
    )
]
