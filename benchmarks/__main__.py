"""`python -m benchmarks`: plans fleets with this program and with others, and prints a table.

Measured is a whole plan: opening connections, login with RSA, the recorded GETs, JSON; with this
program also comparing and planning, but in the line of its reads alone. Not measured: interpreter start,
imports, loading files (see the last lines of the output), TLS, and a network. The server is in a
process and, where there are two, on a core of its own, and waits so long before each answer as the
table says. Every number is the median of interleaved runs, a fresh process each; seconds differ from
machine to machine, ratios hardly.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Final

from benchmarks import fleet, offline, recording
from benchmarks.measure import OURS, READS
from benchmarks.process import cores, pin
from benchmarks.references import CLIENTS

_MOST_IN_FLIGHT: Final = 4
_RAW: Final = "raw sockets"
_NAMES: Final = (OURS, READS, *CLIENTS)


@dataclass(frozen=True, slots=True)
class Arguments:
    """What is run."""

    cameras: list[int]
    delays: list[float]
    rounds: int


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: seconds, seconds of CPU of client and server, and the client's peak of memory in MB."""

    wall: float
    cpu: float
    server: float
    peak: float
    before: float


class Server:
    """The replaying server in its own process."""

    def __init__(self, file: Path, count: int, core: int | None) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - ours
            (sys.executable, "-m", "benchmarks.replay", str(file), str(count)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: pin(core),  # noqa: PLW1509 - there are no threads yet
        )
        self.ports: list[int] = self._heard()

    def _heard(self) -> Any:  # noqa: ANN401 - JSON
        if self._process.stdout is None:
            raise RuntimeError("the server has no voice")
        return json.loads(self._process.stdout.readline())

    def tell(self, line: str) -> None:
        """One line of what the server obeys."""
        if self._process.stdin is not None:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()

    def report(self) -> dict[str, Any]:
        """What was asked since the last report."""
        self.tell("report")
        found: dict[str, Any] = self._heard()
        return found

    def close(self) -> None:
        """End it."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()


def main() -> None:
    """Prepare, run, print."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="recamera-bench-") as directory:
        root = Path(directory) / "fleet"
        fleet.write_files(root, [1])
        recorded = recording.record(root)
        recorded.save(Path(directory) / "recording.json")
        client_core, server_core = _two_cores()
        _say_what(recorded, client_core is not None)
        server = Server(Path(directory) / "recording.json", max(arguments.cameras), server_core)
        try:
            fleet.write_files(root, server.ports)
            workload = _workload(Path(directory), root, server.ports, recorded)
            with _on(client_core):
                _cases(arguments, Bench(server, workload, len(recorded.gets) + 2))
        finally:
            server.close()
        print(offline.loading(root, arguments.rounds))
        print(offline.starting(arguments.rounds))


def _arguments() -> Arguments:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--cameras", type=int, nargs="+", default=[50, 200])
    parser.add_argument("--delays", type=float, nargs="+", default=[0, 20], metavar="MS")
    parser.add_argument("--rounds", type=int, default=3)
    return Arguments(**vars(parser.parse_args()))


def _two_cores() -> tuple[int | None, int | None]:
    found = cores()
    return (found[0], found[1]) if len(found) > 1 else (None, None)


@contextmanager
def _on(core: int | None) -> Iterator[None]:
    """Clients are started on one core."""
    before = cores()
    pin(core)
    yield
    if core is not None:
        os.sched_setaffinity(0, before)


def _say_what(recorded: recording.Recording, pinned: bool) -> None:  # noqa: FBT001
    print(
        f"Per camera: key, login and {len(recorded.gets)} GETs, as the plan of one emulated camera"
        " was recorded.\nThe answers are replayed by a small server, since the emulator itself is"
        " slower than fast clients;\nit decrypts every login afterwards and checks that all clients"
        " asked the same.\n"
        + ("Clients and server have a core each.\n" if pinned else "Nothing is pinned to a core.\n")
    )


def _workload(
    directory: Path, root: Path, ports: Sequence[int], recorded: recording.Recording
) -> Path:
    file = directory / "workload.json"
    parts = {"ports": ports, "gets": recorded.gets, "password": fleet.PASSWORD, "root": str(root)}
    file.write_text(json.dumps(parts), encoding="utf-8")
    return file


@dataclass(frozen=True, slots=True)
class Bench:
    """Runs clients against the server and looks after both."""

    server: Server
    workload: Path
    requests: int

    def sample(self, name: str, count: int) -> Sample:
        """One run in a process of its own."""
        self.server.report()
        command = (sys.executable, "-m", "benchmarks.measure", name, str(self.workload), str(count))
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603 - ours
        report = self.server.report()
        self._check(name, count, report)
        return Sample(server=report["cpu"], **json.loads(done.stdout))

    def _check(self, name: str, count: int, report: dict[str, Any]) -> None:
        """Everybody asked everything once, the warm-up's camera twice, and no more at once than allowed."""
        times = set(report["asked"].values())
        if times != {count + 1} or len(report["asked"]) != self.requests:
            raise RuntimeError(f"{name} asked something else: {report['asked']}")
        if report["wrong_logins"] or report["most_in_flight"] > _MOST_IN_FLIGHT:
            raise RuntimeError(f"{name} is no honest client: {report}")


def _cases(arguments: Arguments, bench: Bench) -> None:
    for count, delay in product(arguments.cameras, arguments.delays):
        bench.server.tell(f"delay {delay / 1000}")
        samples: dict[str, list[Sample]] = defaultdict(list)
        for _ in range(arguments.rounds):
            for name in _NAMES:
                samples[name].append(bench.sample(name, count))
        print(f"{count} cameras, {delay:g} ms a request, median of {arguments.rounds}")
        _table({name: _median(each) for name, each in samples.items()}, count, bench.requests)


def _median(samples: Sequence[Sample]) -> Sample:
    keys = ("wall", "cpu", "server", "peak", "before")
    return Sample(**{key: statistics.median(getattr(s, key) for s in samples) for key in keys})


_HEADINGS: Final = (
    "client",
    "wall s",
    "/ raw",
    "/ requests",
    "/ nornir",
    "CPU µs a request",
    "/ requests",
    "server busy",
    "peak MB",
    "KB a camera",
)


def _table(found: dict[str, Sample], cameras: int, requests: int) -> None:
    """`/ X` is the ratio to X; `server busy` its CPU by the client's wall: near 100 % it was the brake.

    What is held of each camera when the run has ended is in the last column; before it, the files are.
    """
    print("| " + " | ".join(_HEADINGS) + " |")
    print("| --- " * len(_HEADINGS) + "|")
    plain = found["requests"]
    for name, each in found.items():
        cells = (
            name,
            f"{each.wall:.2f}",
            *(f"{each.wall / found[other].wall:.2f}" for other in (_RAW, "requests", "nornir")),
            f"{each.cpu / (cameras * requests) * 1e6:.0f}",
            f"{each.cpu / plain.cpu:.2f}",
            f"{each.server / each.wall:.0%}",
            f"{each.peak:.0f} ({each.before:.0f} before)",
            f"{(each.peak - each.before) / cameras * 1024:.0f}",
        )
        print("| " + " | ".join(cells) + " |")
    print(flush=True)


if __name__ == "__main__":
    main()
