"""One run of one client in a process of its own: `python -m benchmarks.measure CLIENT WORKLOAD COUNT`.

Prints wall seconds, processor seconds and the peak of memory as JSON. Interpreter start, imports,
loading the fleet's files, and one camera as a warm-up are outside of both times, for every client.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmarks.process import cpu, many_files, peak_memory
from benchmarks.references import CLIENTS, Workload

OURS: Final = "recamera-gitops"
READS: Final = "its reads alone"


def main() -> None:
    """Warm up, run, tell."""
    name, file, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    many_files()
    run = {OURS: _plans, READS: _reads}.get(name, lambda file: _reference(name, file))(file)
    run(1)
    before, started, used = peak_memory(), time.perf_counter(), cpu()
    run(count)
    ended, spent = time.perf_counter(), cpu() - used
    found = {"wall": ended - started, "cpu": spent, "peak": peak_memory(), "before": before}
    sys.stdout.write(json.dumps(found))


def _reference(name: str, file: Path) -> Callable[[int], None]:
    parts = json.loads(file.read_text(encoding="utf-8"))
    client = CLIENTS[name]

    def run(count: int) -> None:
        client(Workload(parts["ports"][:count], parts["gets"], parts["password"]))

    return run


def _plans(file: Path) -> Callable[[int], None]:
    """The whole plan: read, compare, order; every camera must come out with its one change."""
    from benchmarks.fleet import environment, planned  # noqa: PLC0415 - only here are they measured

    fleet = _loaded(file)

    def run(count: int) -> None:
        plan = planned(fleet, fleet.devices[:count], environment())
        changes = [len(resource.changes) for each in plan.devices for resource in each.resources]
        if changes != [1] * count:
            raise RuntimeError(f"not every camera has its one change: {plan.devices[0]}")

    return run


def _reads(file: Path) -> Callable[[int], None]:
    """The same without comparing: login, requests, answers held against what is known of them."""
    from benchmarks.fleet import environment, observed  # noqa: PLC0415 - likewise

    fleet = _loaded(file)

    def run(count: int) -> None:
        if len(observed(fleet, fleet.devices[:count], environment())) != count:
            raise RuntimeError("not every camera was read")

    return run


def _loaded(file: Path) -> Any:  # noqa: ANN401 - what it is, is imported below
    from recamera_gitops.desired.fleet import load  # noqa: PLC0415 - likewise

    return load(Path(json.loads(file.read_text(encoding="utf-8"))["root"]))


if __name__ == "__main__":
    main()
