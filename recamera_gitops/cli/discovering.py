"""`discover`: every address looked at once, the cameras of the fleet marked, the others in a table."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Final

from recamera_gitops.cli import console
from recamera_gitops.cli.forms import Form, unwritable
from recamera_gitops.cli.marking import Marking, marking
from recamera_gitops.cli.progress.counting import counting
from recamera_gitops.cli.signals import interruptible
from recamera_gitops.desired.listing import Place, table_of
from recamera_gitops.device.addresses import Span, spans_of
from recamera_gitops.device.discovery import Sighting, Verdict
from recamera_gitops.device.probing import Prober, scan
from recamera_gitops.errors import Diagnostic, ExitCode, InvalidInput
from recamera_gitops.files import replace_file
from recamera_gitops.fleet.environment import Environment
from recamera_gitops.report.discovered import (
    Discovered,
    Found,
    discovered_json,
    discovered_text,
    order,
)
from recamera_gitops.report.values import counted, document

_MOST_PORTS: Final = 16


@dataclass(frozen=True, slots=True)
class DiscoverRequest:
    """What `discover` was asked for."""

    targets: tuple[str, ...]
    ports: tuple[int, ...]
    file: Path | None
    force: bool
    timeout: float
    concurrency: int
    directory: Path | None
    form: str


def discover(request: DiscoverRequest) -> ExitCode:
    """Judge everything said, look, show, and write the table where one is wanted."""
    spans = _judged(request)
    marks = marking(request.directory)
    environment = Environment.real()
    stop, clock = environment.stop, environment.clock
    count = sum(each.count for each in spans)
    prober = Prober(request.ports, request.timeout, lambda: stop.requested)
    with interruptible(stop), counting(count, clock.monotonic) as beat:
        addresses = chain.from_iterable(spans)
        seen = scan(addresses, prober, min(request.concurrency, count), beat)
    found = _sorted(seen, count, marks)
    console.result(_VIEWS[request.form](found))
    if request.file is not None:
        _write(request.file, found.recamera, marks)
    return ExitCode.INTERRUPTED if stop.requested else ExitCode.DONE


def _judged(request: DiscoverRequest) -> tuple[Span, ...]:
    """The addresses that are meant; InvalidInput with everything that is wrong with what was said."""
    problems = list(_wrong(request))
    try:
        spans = spans_of(request.targets)
    except InvalidInput as error:
        raise InvalidInput([*error.diagnostics, *problems]) from None
    if problems:
        raise InvalidInput(problems)
    return spans


def _wrong(request: DiscoverRequest) -> Iterator[Diagnostic]:
    if len(set(request.ports)) > _MOST_PORTS:
        yield Diagnostic("bad-option", f"more than {_MOST_PORTS} ports", "--port")
    if request.file is None:
        return
    if os.path.lexists(request.file) and not request.force:
        message = f"{request.file} is there already; nothing was looked at"
        hint = "--force replaces it"
        yield Diagnostic("output-file", message, "--write", hint=hint)
    yield from unwritable(Form("the table", request.file))


def _sorted(seen: Iterable[Sighting], count: int, marks: Marking) -> Discovered:
    """What was seen in three lists, each in the order of the addresses."""
    lists: dict[Verdict, list[Found]] = {verdict: [] for verdict in Verdict}
    for each in sorted(seen, key=lambda sighting: order(sighting.address)):
        found = Found(each.address, each.port, each.scheme, each.fingerprint, reason=each.reason)
        lists[each.verdict].append(found)
    cameras = [marks.marked(each) for each in lists[Verdict.RECAMERA]]
    return Discovered(
        addresses=count,
        recamera=tuple(_twins_noted(cameras)),
        not_recamera=tuple(lists[Verdict.NOT_RECAMERA]),
        unreachable=tuple(lists[Verdict.UNREACHABLE]),
    )


def _twins_noted(cameras: Iterable[Found]) -> Iterator[Found]:
    """The same; a certificate that was seen before may mean one camera at two addresses."""
    first: dict[str, str] = {}
    for each in cameras:
        known = first.setdefault(each.fingerprint, each.address) if each.fingerprint else None
        if known in (None, each.address):
            yield each
        else:
            note = f"it shows the certificate of {known}: it may be the same camera"
            yield replace(each, twin=known, notes=(*each.notes, note))


def _write(file: Path, cameras: Sequence[Found], marks: Marking) -> None:
    """Write the cameras that are new, or say why there is no table."""
    new = [each for each in cameras if each.device is None and each.twin is None]
    known = f"; {counted(len(cameras) - len(new), 'camera')} left out" if new != [*cameras] else ""
    if not new:
        console.say(f"{file} was not written: no camera to import{known}")
        return
    places = [Place(each.address, each.scheme or "https", each.port or 0) for each in new]
    names = [each.name for each in marks.devices]
    table = table_of(places, names, every_port=marks.states_port)
    replace_file(file, table.encode())
    console.say(
        f"{file}: {counted(len(new), 'camera')}{known}; next: recamera-gitops import --from {file}"
    )


def _text(found: Discovered) -> str:
    return discovered_text(found, console.paint())


def _json(found: Discovered) -> str:
    return document(discovered_json(found)) + "\n"


_VIEWS: Final[Mapping[str, Callable[[Discovered], str]]] = {"text": _text, "json": _json}
