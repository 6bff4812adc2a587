"""Cameras that are to be taken into a repository: what is said of them, judged before the first contact."""

import csv
import io
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from recamera_gitops.desired.catalogue import is_secret
from recamera_gitops.desired.fleet import Loaded
from recamera_gitops.desired.messages import check, did_you_mean, echo
from recamera_gitops.desired.models import DeviceFile
from recamera_gitops.desired.nodes import Mapping, Node, Scalar, mapping_at, text_at, texts_at
from recamera_gitops.desired.nodes import Sequence as List
from recamera_gitops.desired.references import examine, has_reference
from recamera_gitops.desired.state import PORTS, ConnectionSettings
from recamera_gitops.errors import Diagnostic, Place

DEVICES: Final = "devices"
COLUMNS: Final = ("host", "name", "labels", "profiles", "scheme", "port")
_NEEDED: Final = ("host", "name")
_MOST_LINES: Final = 20_000
_BETWEEN: Final = ";"
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOWHERE: Final = Place("", 0, 0)


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody says of one camera, each text with the place where it stands."""

    host: Scalar | None = None
    name: Scalar | None = None
    labels: tuple[Scalar, ...] = ()
    profiles: tuple[Scalar, ...] = ()
    scheme: Scalar | None = None
    port: Scalar | None = None
    username: Scalar | None = None
    password_variable: Scalar | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """One camera to come: `document` is what its device file begins with."""

    document: Mapping
    problems: tuple[Diagnostic, ...] = field(default=())

    @property
    def name(self) -> str:
        """What it is to be called."""
        return text_at(self.document, "device") or ""

    @property
    def file(self) -> str:
        """Where it is to be declared, relative to the repository."""
        return f"{DEVICES}/{self.name}.yaml"


def text(value: str, place: Place = _NOWHERE) -> Scalar:
    """A text that somebody has typed."""
    return Scalar(place, value, value, plain=False)


def arrival(told: Told) -> Arrival:
    """What was said of a camera as the beginning of its device file, and what is wrong with it."""
    problems: list[Diagnostic] = []
    place = told.name.place if told.name is not None else _NOWHERE
    items: dict[str, Node | None] = {
        "device": told.name,
        "host": told.host,
        "labels": _labels(told.labels, problems),
        "profiles": List(told.profiles[0].place, told.profiles) if told.profiles else None,
        "connection": _connection(told, problems),
    }
    return Arrival(_mapping({k: v for k, v in items.items() if v is not None}, place), (*problems,))


def _mapping(items: dict[str, Node], place: Place) -> Mapping:
    return Mapping(place, items, {key: node.place for key, node in items.items()})


def _labels(given: tuple[Scalar, ...], problems: list[Diagnostic]) -> Mapping | None:
    found: dict[str, Node] = {}
    for each in given:
        key, equals, value = str(each.value).partition("=")
        if not equals or key in found:
            message = "this label is given twice" if equals else "a label is written KEY=VALUE"
            problems.append(Diagnostic("bad-label", message, "labels", each.place))
            continue
        found[key] = text(value, each.place)
    return _mapping(found, given[0].place) if found else None


def _connection(told: Told, problems: list[Diagnostic]) -> Mapping | None:
    stated = {"scheme": told.scheme, "port": told.port, "username": told.username}
    items: dict[str, Node] = {key: node for key, node in stated.items() if node is not None}
    if told.port is not None and re.fullmatch(r"[0-9]{1,6}", str(told.port.value)):
        items["port"] = replace(told.port, value=int(str(told.port.value)))
    if told.password_variable is not None:
        name = str(told.password_variable.value)
        if not _VARIABLE.fullmatch(name):
            message = "this is not the name of an environment variable"
            place = told.password_variable.place
            problems.append(Diagnostic("bad-variable", message, "connection.password", place))
        items["password"] = text(f"${{env:{name}}}", told.password_variable.place)
    return _mapping(items, next(iter(items.values())).place) if items else None


def without_defaults(arrival: Arrival, loaded: Loaded) -> Arrival:
    """The same camera without what the fleet says of its connection anyway."""
    own = mapping_at(arrival.document, "connection")
    defaults = mapping_at(loaded.files.fleet, "defaults", "connection")
    if own is None or defaults is None:
        return arrival
    kept = {key: node for key, node in own.items.items() if not _says(defaults.get(key), node)}
    items = {key: node for key, node in arrival.document.items.items() if key != "connection"}
    if kept:
        items["connection"] = replace(own, items=kept)
    return replace(arrival, document=replace(arrival.document, items=items))


def _says(known: Node | None, node: Node) -> bool:
    return isinstance(known, Scalar) and isinstance(node, Scalar) and known.value == node.value


def listed(content: bytes, file: str, more: Told) -> tuple[list[Told], list[Diagnostic]]:
    """The cameras of a table with a header, laid over what is said of `more` of them."""
    try:
        lines = content.decode("utf-8-sig")
        rows = _rows(lines, file)
        header = next(rows, [])
        problems = [*_wrong_header(header, file)]
        if problems:
            return [], problems
        names = [str(cell.value) for cell in header]
        table = list(rows)
    except UnicodeDecodeError:
        return [], [Diagnostic("encoding", "this is not UTF-8", place=Place(file, 1, 1))]
    except csv.Error as error:
        return [], [Diagnostic("bad-table", f"not a table: {error}", place=Place(file, 1, 1))]
    long = [row for row in table if len(row) > len(names)]
    problems = [
        Diagnostic("bad-table", "more cells than the header has", place=row[len(names)].place)
        for row in long
    ]
    if not table or len(table) > _MOST_LINES:
        message = f"more than {_MOST_LINES} cameras" if table else "there is no camera in it"
        problems.append(Diagnostic("bad-table", message, place=Place(file, 1, 1)))
    return [_told(dict(zip(names, row, strict=False)), more) for row in table], problems


def _rows(lines: str, file: str) -> Iterator[list[Scalar]]:
    """The cells of every line that says something; a column is exact where nothing is quoted."""
    whole = lines.splitlines()
    reader = csv.reader(io.StringIO(lines, newline=""), strict=True)
    for cells in reader:
        if not any(map(str.strip, cells)):
            continue
        line = reader.line_num
        exact = '"' not in whole[line - 1] if line <= len(whole) else False
        column, row = 1, []
        for cell in cells:
            before = len(cell) - len(cell.lstrip())
            row.append(text(cell.strip(), Place(file, line, column + before if exact else 1)))
            column += len(cell) + 1
        yield row


def _wrong_header(header: list[Scalar], file: str) -> Iterator[Diagnostic]:
    names = Counter(str(cell.value) for cell in header)
    for cell in header:
        name = str(cell.value)
        if name not in COLUMNS:
            hint = did_you_mean(name, COLUMNS) or f"columns are {', '.join(COLUMNS)}"
            yield Diagnostic(
                "unknown-column", f"there is no column {echo(name)}", "", cell.place, hint
            )
        elif names[name] > 1:
            yield Diagnostic("bad-table", f"two columns are called {name}", place=cell.place)
    lacking = [name for name in _NEEDED if name not in names]
    if lacking:
        message = f"the first line has no column {' and '.join(lacking)}"
        yield Diagnostic("bad-table", message, "", Place(file, 1, 1), f"such as {_EXAMPLE}")


_EXAMPLE: Final = "host,name,labels"


def _told(cells: dict[str, Scalar], more: Told) -> Told:
    filled = {name: cell for name, cell in cells.items() if cell.value}
    return Told(
        host=cells.get("host"),
        name=cells.get("name"),
        labels=(*more.labels, *_parts(filled.get("labels"))),
        profiles=(*more.profiles, *_parts(filled.get("profiles"))),
        scheme=filled.get("scheme", more.scheme),
        port=filled.get("port", more.port),
        username=more.username,
        password_variable=more.password_variable,
    )


def _parts(cell: Scalar | None) -> Iterator[Scalar]:
    for part in str(cell.value).split(_BETWEEN) if cell is not None else ():
        if part.strip():
            yield text(part.strip(), cell.place if cell is not None else _NOWHERE)


def judged(arrivals: Sequence[Arrival], loaded: Loaded) -> list[Diagnostic]:
    """Everything that speaks against taking these cameras in."""
    found = [problem for each in arrivals for problem in each.problems]
    for each in arrivals:
        found += check(DeviceFile, each.document, is_secret, has_reference)[1]
        found += examine(each.document, is_secret, may_be_literal=_never)
        found += loaded.profiles.unknown(texts_at(each.document, "profiles"), "profiles")
    return [*found, *_no_folder(loaded.fleet.root), *_taken(arrivals, loaded)]


def _never(path: str) -> bool:
    del path
    return False


def _no_folder(root: Path) -> Iterator[Diagnostic]:
    folder = root / DEVICES
    if os.path.lexists(folder) and not folder.is_dir():
        yield Diagnostic("no-folder", "this is no folder", place=Place(DEVICES, 1, 1))
    elif not folder.resolve().is_relative_to(root.resolve()):
        message = "the folder leads out of the repository"
        yield Diagnostic("outside", message, place=Place(DEVICES, 1, 1))


def _taken(arrivals: Iterable[Arrival], loaded: Loaded) -> Iterator[Diagnostic]:
    """Names, files and addresses that are somebody else's already."""
    defaults = mapping_at(loaded.files.fleet, "defaults", "connection")
    names = {each.name.casefold(): f"at {each.place}" for each in loaded.fleet.devices}
    addresses = {
        (each.host.lower(), each.connection.effective_port): f"{each.name}, at {each.place}"
        for each in loaded.fleet.devices
    }
    for each in arrivals:
        name, place = each.name, each.document.place
        if name and name.casefold() in names:
            first = names[name.casefold()]
            message = f"there is a device {echo(name)} already, {first}"
            yield Diagnostic("duplicate-device", message, "device", place)
        elif name and os.path.lexists(loaded.fleet.root / each.file):
            message = f"there is a file {each.file} already"
            yield Diagnostic("duplicate-device", message, "device", place)
        address = _address(each, defaults)
        if address in addresses:
            message = f"this is the host and port of {addresses[address]}"
            yield Diagnostic(
                "duplicate-address", message, "host", each.document.items["host"].place
            )
        names.setdefault(name.casefold(), f"at {place}" if place.line else "given twice")
        addresses.setdefault(address, name)


def _address(each: Arrival, defaults: Mapping | None) -> tuple[str, int]:
    """Host and port as far as they can be told; what is wrong with them is said elsewhere."""
    own = mapping_at(each.document, "connection")
    scheme = text_at(own, "scheme") or text_at(defaults, "scheme") or ConnectionSettings().scheme
    ports = (each.get("port") for each in (own, defaults) if each is not None)
    stated = next((node for node in ports if isinstance(node, Scalar)), None)
    port = stated.value if stated is not None and isinstance(stated.value, int) else None
    return (text_at(each.document, "host") or "").lower(), port or PORTS.get(scheme, 0)
