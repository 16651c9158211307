"""Lets the contenders of a trial take turns: every round each of them once, in random order."""

from __future__ import annotations

import random
import time

from bars.bench import Bench, say
from bars.trial import Disturbed, NotMeasured, Results, Trial


def play(trial: Trial, bench: Bench, rounds: int) -> Results:
    """Nothing that a contender does ends the trial: it is left out from then on, and `why` says why."""
    results = Results()
    order = list(trial.contenders)
    random.shuffle(order)
    count = trial.rounds or rounds
    begin = time.monotonic()
    for _ in range(count):
        random.shuffle(order)
        for name in order:
            if name in results.why:
                continue
            slices = results.slices.setdefault(name, [])
            try:
                slices.append(trial.contenders[name](bench))
            except Disturbed:
                slices.append(None)
            except NotMeasured as why:
                results.why[name] = str(why)
            except Exception as error:  # the table is printed whatever one contender or its server does
                results.why[name] = f"{type(error).__name__}: {error}"
    # Rounds are numbered alike for all: who failed midway has measured nothing.
    for name in results.why:
        results.slices.pop(name, None)
    say(f"bench: {trial.name}: {count} round{'s' if count > 1 else ''} in {time.monotonic() - begin:.0f} s")
    return results
