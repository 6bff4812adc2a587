"""The runs of a fleet as their journals tell them. What cannot be read is passed over, never guessed at."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from recamera_gitops.errors import Diagnostic, ExitCode, InvalidInput
from recamera_gitops.exchange import Json
from recamera_gitops.fleet import album
from recamera_gitops.fleet.journal import LINES, PLAN, RUNS, SNAPSHOTS
from recamera_gitops.fleet.runstate import FOLDER
from recamera_gitops.fleet.sealing import Seal
from recamera_gitops.reconcile import planfile
from recamera_gitops.reconcile.plan import Plan
from recamera_gitops.reconcile.snapshot import Kept, Snapshot

LATEST: Final = "latest"
RECOVER: Final = "recover"
_STAMP: Final = len("20261122T100001Z")
_LEFT_OUT: Final = "it is secret, and was not kept for want of RECAMERA_GITOPS_KEY"
_SEALED: Final = "its secrets are sealed with another RECAMERA_GITOPS_KEY than the one that is set"
_LARGEST: Final = 256 << 20
_BEGINNING: Final = frozenset({"at", "event", "run", "fleet", "checksum", "kind", "by", "pid"})


@dataclass(frozen=True, slots=True)
class Past:
    """One run.

    `kind` is apply, resume, repair, rollback, recover or the name of a single operation, `by` who began
    it, and where. `ended` is None where it was killed, or still goes on. `devices` tells what became of
    those that came to an end, `begun` names all that were begun, `given_back` those that were to have
    again what they had. `open` are writes, camera by camera, of which nobody knows what came of them.
    `stopped` is why a rollout did not go all the way.
    """

    run: str
    folder: Path
    kind: str
    began: str
    by: str
    fleet: str
    checksum: str
    at_end: str | None = None
    ended: ExitCode | None = None
    begun: tuple[str, ...] = ()
    devices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    open: Mapping[str, Sequence[str]] = field(default_factory=dict)
    waves: tuple[str, ...] = ()
    stopped: str | None = None
    given_back: tuple[str, ...] = ()
    facts: Mapping[str, Json] = field(default_factory=dict)

    def plan(self) -> Plan:
        """The plan that it began with; InvalidInput where that cannot be read."""
        return planfile.load(self.folder / PLAN)

    def ending(self, device: str) -> ExitCode | None:
        """How a camera ended; None where it was not begun, or came to no end."""
        told = self.devices.get(device)
        return None if told is None else ExitCode(told["exit_code"])


def past(root: Path) -> tuple[Past, ...]:
    """Every run that left a journal, the latest first."""
    return tuple(latest_first(root))


def latest_first(root: Path) -> Iterator[Past]:
    """The same, each read when it is asked for."""
    folder = root / FOLDER / RUNS
    if not folder.is_dir():
        return
    found = (_read(each) for each in sorted(folder.iterdir(), key=_age, reverse=True))
    yield from (each for each in found if each is not None)


def _age(folder: Path) -> tuple[str, int]:
    """What runs are sorted by: the second in their name, and within it when they were made."""
    with suppress(OSError):
        return folder.name[:_STAMP], folder.stat().st_mtime_ns
    return folder.name[:_STAMP], 0


def find(root: Path, name: str) -> Past:
    """The run that a name, or the beginning of one, means; InvalidInput for anything else.

    `latest` is the last that had a plan: one that only left an edit mode, or did a single operation, is
    passed over.
    """
    if name == LATEST:  # the others may be many, and need not be read
        meant = list(islice((e for e in latest_first(root) if e.checksum), 1))
    else:
        runs = past(root)
        meant = [each for each in runs if each.run == name]
        meant = meant or [each for each in runs if each.run.startswith(name)]
    if len(meant) == 1:
        return meant[0]
    message = f"{len(meant)} runs begin with {name!r}" if meant else f"there is no run {name!r}"
    hint = "`recamera-gitops runs` lists them"
    raise InvalidInput([Diagnostic("unknown-run", message, hint=hint)])


def pictures(past: Past) -> album.Told:
    """What cameras showed before and after a run, as far as that was wanted."""
    return album.told(_lines(past.folder / album.TOLD))


def _read(folder: Path) -> Past | None:
    lines = tuple(_lines(folder / LINES))
    if not lines or lines[0]["event"] != "begin":
        return None
    first, last = lines[0], lines[-1]
    is_over = last["event"] == "end"
    stops = [each for each in lines if each["event"] == "stop"]
    return Past(
        run=folder.name,
        folder=folder,
        kind=str(first.get("kind", "apply")),
        began=str(first.get("at")),
        by=str(first.get("by", "")),
        fleet=str(first.get("fleet", "")),
        checksum=str(first.get("checksum", "")),
        at_end=str(last.get("at")) if is_over else None,
        ended=ExitCode(last["exit_code"]) if is_over else None,
        begun=tuple(dict.fromkeys(e["device"] for e in lines if e["event"] == "start")),
        devices={each["device"]: each for each in lines if each["event"] == "device"},
        open=_open_writes(lines),
        waves=tuple(dict.fromkeys(e["wave"] for e in lines if e["event"] == "wave")),
        stopped=str(stops[-1]["reason"]) if stops else None,
        given_back=tuple(n for e in lines if e["event"] == "rollback" for n in e["devices"]),
        facts={key: value for key, value in first.items() if key not in _BEGINNING},
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """The whole lines; one that a killed run could not finish is none."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST)
    except OSError:
        return
    for line in content.split(b"\n"):
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict):
            yield told


def _open_writes(lines: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Intents without an answer, and answers that never came."""
    found: dict[str, list[str]] = {}
    for each in lines:
        if each["event"] == "intent":
            found.setdefault(each["device"], []).append(each["request"])
        elif each["event"] == "answer" and each["result"] != "unknown":
            found.get(each["device"], [each["request"]]).remove(each["request"])
    return {device: requests for device, requests in found.items() if requests}


def snapshots(folder: Path, seal: Seal) -> Iterator[tuple[str, Snapshot]]:
    """What a run kept before it wrote, camera and address, in that order; secrets where the key is there."""
    for line in _lines(folder / SNAPSHOTS):
        yield line["device"], unsealed(line, seal)


def unsealed(told: Mapping[str, Any], seal: Seal) -> Snapshot:
    """A snapshot that was put down, or told by another machine."""
    settings = (*(Kept(**each) for each in told["settings"]), *_secrets(told, seal))
    return Snapshot(told["serial"], told["address"], settings)


def _secrets(line: Mapping[str, Any], seal: Seal) -> Iterator[Kept]:
    for path in line.get("left_out", ()):
        yield Kept(path, sensitive=True, lost=_LEFT_OUT)
    if "sealed" not in line:
        return
    opened = seal.open(line["sealed"])
    if opened is None:
        yield Kept(line["address"], sensitive=True, lost=_SEALED)
    for each in opened or ():
        yield Kept(**each, sensitive=True)
