"""Builds what is measured and what it is measured with."""

from __future__ import annotations

import subprocess
import sys

from bars.ours import TOP


def build() -> None:
    """Exits with status 2 if the build fails, having said why."""
    targets = ["ingress-check", "ingress-check-keeper", "bench-peer"]
    for words in (["cmake", "--preset", "release"], ["cmake", "--build", "--preset", "release", "--target", *targets]):
        done = subprocess.run(words, cwd=TOP, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(done.stdout[-3000:] + done.stderr[-3000:] + "the build failed", file=sys.stderr)
            raise SystemExit(2)
