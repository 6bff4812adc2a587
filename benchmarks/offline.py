"""What is done without a camera: how soon the program answers, and how long reading files takes."""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

HEAVY: Final = ("requests", "deepdiff", "cryptography", "aiohttp", "pydantic", "ruamel")
_HELP: Final = """
import contextlib, io, json, sys, time
started = time.perf_counter()
from recamera_gitops.cli.main import main
imported = time.perf_counter()
with contextlib.redirect_stdout(io.StringIO()) as text:
    main(["--help"])
print(json.dumps({"import": imported - started, "help": time.perf_counter() - imported,
    "modules": sorted({name.partition(".")[0] for name in sys.modules}), "shown": len(text.getvalue())}))
"""
_PLAN: Final = """
import json, time
started = time.perf_counter()
import recamera_gitops.cli.commands.plan
import recamera_gitops.cli.planning
print(json.dumps({"import": time.perf_counter() - started}))
"""
_LOAD: Final = """
import json, sys, time
from pathlib import Path
from recamera_gitops.desired.fleet import load
from benchmarks.process import peak_memory
before, started, used = peak_memory(), time.perf_counter(), time.process_time()
count = len(load(Path(sys.argv[1])).devices)
found = {"wall": time.perf_counter() - started, "cpu": time.process_time() - used, "count": count}
print(json.dumps({**found, "memory": peak_memory() - before}))
"""
_PLAIN: Final = """
import json, sys, time
from pathlib import Path
from ruamel.yaml import YAML
texts = [path.read_text(encoding="utf-8") for path in Path(sys.argv[1]).rglob("*.yaml")]
used = time.process_time()
for text in texts:
    YAML(typ="safe", pure=True).load(text)
print(json.dumps({"cpu": time.process_time() - used}))
"""


def _told(program: str, *arguments: str) -> dict[str, Any]:
    command = (sys.executable, "-c", program, *arguments)
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603 - ours
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _process(program: str) -> float:
    started = time.perf_counter()
    subprocess.run((sys.executable, "-c", program), check=True, stdout=subprocess.PIPE)  # noqa: S603
    return time.perf_counter() - started


def starting(rounds: int) -> str:
    """`--help` from start to end, beside an interpreter that does nothing, and what it imports."""
    empty = statistics.median(_process("pass") for _ in range(rounds))
    whole = statistics.median(_process(_HELP) for _ in range(rounds))
    runs = [_told(_HELP) for _ in range(rounds)]
    heavy = [name for name in HEAVY if name in runs[0]["modules"]]
    imports = statistics.median(run["import"] for run in runs)
    plan = statistics.median(_told(_PLAN)["import"] for _ in range(rounds))
    return (
        f"--help: {whole * 1e3:.0f} ms as a process (an empty one: {empty * 1e3:.0f} ms),"
        f" {imports * 1e3:.0f} ms of it imports\n"
        f"  of {', '.join(HEAVY)} it imports {', '.join(heavy) or 'none'}\n"
        f"plan: {plan * 1e3:.0f} ms of imports"
    )


def loading(root: Path, rounds: int) -> str:
    """`desired.fleet.load` of the benchmark's fleet, files in the page cache, a process each.

    Beside it the same files go through ruamel.yaml's plain loader, which keeps no places and checks nothing.
    """
    pairs = [(_told(_LOAD, str(root)), _told(_PLAIN, str(root))) for _ in range(rounds)]
    runs, plain = [pair[0] for pair in pairs], statistics.median(each["cpu"] for _, each in pairs)
    count = runs[0]["count"]
    wall, cpu, memory = (
        statistics.median(run[key] for run in runs) for key in ("wall", "cpu", "memory")
    )
    return (
        f"load and validate {count} devices: {wall:.2f} s; {cpu / count * 1e3:.2f} ms of CPU a device,"
        f" {cpu / plain:.2f} of what ruamel.yaml's safe loader takes for the same files;"
        f" {memory / count * 1024:.0f} KB a device"
    )
