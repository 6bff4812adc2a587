"""What is pulled into which file, as people read it, and the files as a patch. Pure."""

import difflib
import re
from dataclasses import dataclass
from typing import Final

from recamera_gitops.errors import Place
from recamera_gitops.exchange import Json
from recamera_gitops.report.paint import Paint, plain
from recamera_gitops.report.rows import Notice
from recamera_gitops.report.values import counted, names, shown
from recamera_gitops.secret import printable

_NO_END: Final = "\\ No newline at end of file\n"
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
_ROLES: Final = {"+": "good", "-": "trouble", "@": "dim"}


@dataclass(frozen=True, slots=True)
class PulledRow:
    """One value that goes into a file; `place` is the line that sets it, None where none does yet."""

    file: str
    devices: tuple[str, ...]
    path: str
    before: Json
    after: Json
    place: Place | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PulledRows:
    """Everything a view of a pull says; each notice is about cameras."""

    values: tuple[PulledRow, ...]
    left: tuple[Notice, ...]
    failed: tuple[Notice, ...]
    cameras: int


def pulled_text(rows: PulledRows, paint: Paint = plain) -> str:
    """File by file what is written, then what is not, and a closing line."""
    lines: list[str] = []
    for file in sorted({each.file for each in rows.values}):
        lines.append(paint("heading", printable(file)))
        lines += (_value(each, paint) for each in rows.values if each.file == file)
        lines.append("")
    told = [
        *(paint("change", f"not pulled: {_told(each)}") for each in rows.left),
        *(paint("trouble", f"failed: {_told(each)}") for each in rows.failed),
    ]
    lines += [*told, ""] if told else []
    return "\n".join([*lines, _summary(rows)]) + "\n"


def _value(row: PulledRow, paint: Paint) -> str:
    sign = paint("change", "+" if row.place is None else "~")
    values = shown(row.after) if row.place is None else f"{shown(row.before)} → {shown(row.after)}"
    notes = [] if row.place is None or row.note else [f"{row.place.file}:{row.place.line}"]
    notes += [f"on {names(row.devices)}"] if row.devices else []
    notes += [row.note] if row.note else []
    aside = f"   {paint('dim', printable('; '.join(notes)))}" if notes else ""
    return f"  {sign} {printable(row.path)}  {values}{aside}"


def _told(notice: Notice) -> str:
    return f"{names(notice.devices)}: {printable(notice.text)}"


def _summary(rows: PulledRows) -> str:
    """`Pull: 3 values into 2 files; 1 not pulled.`."""
    files = len({each.file for each in rows.values})
    total = counted(rows.cameras, "camera")
    left = sum(len(each.devices) for each in rows.left)
    failed = sum(len(each.devices) for each in rows.failed)
    aside = f"; {left} not pulled" if left else ""
    aside += f"; {counted(failed, 'camera')} not read" if failed else ""
    if not rows.values:
        return f"Nothing to pull from {total}{aside}."
    return f"Pull: {counted(len(rows.values), 'value')} into {counted(files, 'file')}{aside}."


def patch_text(file: str, before: bytes, after: bytes, paint: Paint = plain) -> str:
    """What changes in a file, as a patch that other tools take."""
    old, new = (_LINE.findall(content.decode("utf-8")) for content in (before, after))
    name = printable(file)
    found = difflib.unified_diff(old, new, f"a/{name}", f"b/{name}")
    return "".join(_patch_line(line, paint) for line in found)


def _patch_line(line: str, paint: Paint) -> str:
    text = line.removesuffix("\n")
    body, returned = text.removesuffix("\r"), "\r" * text.endswith("\r")
    safe = "\t".join(map(printable, body.split("\t")))
    role = _ROLES.get(line[0])
    shown = paint(role, safe) if role is not None else safe
    return f"{shown}{returned}\n" + ("" if line.endswith("\n") else _NO_END)
