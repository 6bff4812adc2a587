"""What directories of recordings hold, and what became of files. Pure."""

from collections.abc import Iterator
from typing import Final

from recamera_gitops.operations.copying import Copied
from recamera_gitops.operations.files import Listed
from recamera_gitops.operations.listing import DIRECTORY, Entry
from recamera_gitops.operations.removing import Doomed, Removed
from recamera_gitops.report.operated import View
from recamera_gitops.report.operations.facts import UNKNOWN, size
from recamera_gitops.report.paint import Paint
from recamera_gitops.report.tables import table
from recamera_gitops.report.values import counted
from recamera_gitops.secret import printable


def _row(entry: Entry) -> tuple[str, str, str]:
    path = f"{entry.path}/" if entry.kind == DIRECTORY else entry.path
    return (path, size(entry.size_bytes), entry.modified or UNKNOWN)


def _listed_details(listed: Listed, paint: Paint) -> Iterator[str]:
    if listed.entries:
        yield from table(("path", "size", "modified"), [*map(_row, listed.entries)], paint)
    files = [each for each in listed.entries if each.size_bytes is not None]
    total = size(sum(each.size_bytes or 0 for each in files))
    yield f"{counted(len(files), 'file')}, {total}, on {printable(listed.slot)}"


LISTED: Final = View[Listed](
    ("slot", "entries"), lambda listed: (listed.slot, str(len(listed.entries))), _listed_details
)


def _copied_details(copied: Copied, paint: Paint) -> Iterator[str]:
    del paint
    yield from map(printable, copied.downloaded)
    counts = [
        f"{counted(len(copied.downloaded), 'file')} fetched ({size(copied.bytes)})",
        f"{len(copied.skipped)} here already",
        f"{len(copied.being_written)} being written",
        f"{len(copied.refused)} refused",
        f"{len(copied.failed)} failed",
        f"{len(copied.not_attempted)} not attempted",
    ]
    told = [each for each in counts if not each.startswith("0 ") or "fetched" in each]
    yield f"{', '.join(told)}; in {printable(copied.directory)}"


COPIED: Final = View[Copied](
    ("fetched", "bytes", "here already", "being written", "refused", "failed", "not attempted"),
    lambda copied: (
        str(len(copied.downloaded)),
        size(copied.bytes),
        *map(
            str,
            (
                len(copied.skipped),
                len(copied.being_written),
                len(copied.refused),
                len(copied.failed),
                len(copied.not_attempted),
            ),
        ),
    ),
    _copied_details,
)
REMOVED: Final = View[Removed](
    ("removed", "slot"),
    lambda removed: (", ".join(removed.removed), removed.slot),
    lambda removed, _paint: [printable(f"removed {path}") for path in removed.removed],
)


def doom(each: Doomed) -> str:
    """What would be gone, for whoever is asked."""
    if each.kind == DIRECTORY:
        told = f"{each.path}/ with {counted(each.files, 'file')}, {size(each.bytes)}"
    else:
        told = f"{each.path}, {size(each.bytes)}"
    return printable(told)
