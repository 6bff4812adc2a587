"""What the files declare otherwise than before, for people, for a comment and for programs. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from recamera_gitops.errors import ExitCode, Place
from recamera_gitops.exchange import Json
from recamera_gitops.report.fitting import Part, fitted
from recamera_gitops.report.markdown import COMMENT
from recamera_gitops.report.paint import Paint, plain
from recamera_gitops.report.quoting import code, codes, mark
from recamera_gitops.report.values import counted, names, shown
from recamera_gitops.secret import printable

FORMAT_VERSION: Final = "1.0"
_SIGNS: Final = {"added": "+", "changed": "~", "removed": "-"}
_ROLES: Final = {"added": "good", "changed": "change", "removed": "trouble"}
_MOST_NAMED: Final = 40


@dataclass(frozen=True, slots=True)
class RevisedRow:
    """One thing that is declared otherwise; `turn` is added, changed or removed."""

    path: str
    turn: str
    before: Json
    after: Json
    sensitive: bool
    source: Place | None


@dataclass(frozen=True, slots=True)
class RevisedCamera:
    """One camera, and everything that is declared of it otherwise; `turn` is also unchanged."""

    device: str
    turn: str
    redirects: bool
    rows: tuple[RevisedRow, ...]


@dataclass(frozen=True, slots=True)
class RevisedRows:
    """Everything a view says."""

    fleet: str
    against: str
    fleet_wide: tuple[RevisedRow, ...]
    cameras: tuple[RevisedCamera, ...]

    @property
    def summary(self) -> dict[str, int]:
        """Counts of cameras by what became of them, and of changes."""
        turns = [each.turn for each in self.cameras]
        words = ("added", "changed", "removed", "unchanged")
        changes = sum(len(each.rows) for each in self.cameras) + len(self.fleet_wide)
        counts = {word: turns.count(word) for word in words}
        return {"devices": len(turns), **counts, "changes": changes}


_Shared: TypeAlias = dict[tuple[str, ...], list[RevisedRow]]


def revised_text(rows: RevisedRows, paint: Paint = plain) -> str:
    """What is the same on several cameras is said once."""
    against = printable(rows.against)
    lines = [
        paint("dim", f"Offline: compared with the files in {against}; no camera was asked."),
        "",
    ]
    if rows.fleet_wide:
        lines += [paint("heading", "the fleet"), *(_line(e, paint) for e in rows.fleet_wide), ""]
    for named, shared in _shared(rows.cameras).items():
        lines += [paint("heading", names(named)), *(_line(each, paint) for each in shared), ""]
    notices = [paint(role, f"{says}: {names(named)}") for role, says, named in _noticed(rows)]
    return "\n".join([*lines, *notices, *([""] if notices else []), _summary(rows)]) + "\n"


def _shared(cameras: Sequence[RevisedCamera]) -> _Shared:
    """Rows by the cameras that they are the same on."""
    on: dict[str, tuple[RevisedRow, list[str]]] = {}
    for camera in cameras:
        for row in camera.rows:
            on.setdefault(repr(row), (row, []))[1].append(camera.device)
    found: _Shared = {}
    for row, named in on.values():
        found.setdefault(tuple(named), []).append(row)
    return found


def _line(row: RevisedRow, paint: Paint) -> str:
    sign = paint(_ROLES[row.turn], _SIGNS[row.turn])
    place = "" if row.source is None else f"{row.source.file}:{row.source.line}"
    aside = f"   {paint('dim', printable(place))}" if place else ""
    before, after = _values(row)
    values = after if row.turn == "added" else f"{before} → {after}"
    return f"  {sign} {printable(row.path)}  {values}{aside}"


def _values(row: RevisedRow) -> tuple[str, str]:
    before, after = (shown(each, sensitive=row.sensitive) for each in (row.before, row.after))
    if row.turn == "added":
        return "(not managed)", after
    return before, "(left as it is)" if row.turn == "removed" else after


def _noticed(rows: RevisedRows) -> Iterator[tuple[str, str, list[str]]]:
    """The role of each notice, what it says, and of which cameras."""
    told = (
        ("change", "new", [each.device for each in rows.cameras if each.turn == "added"]),
        (
            "change",
            "no longer in the files, and left as they are",
            [each.device for each in rows.cameras if each.turn == "removed"],
        ),
        (
            "trouble",
            "a login would be sent to another place, or another login",
            [each.device for each in rows.cameras if each.redirects],
        ),
    )
    yield from (each for each in told if each[2])


def _summary(rows: RevisedRows) -> str:
    """`Offline: 3 changes, on 2 of 3 cameras.`."""
    counts = rows.summary
    total = counted(counts["devices"], "camera")
    if not counts["changes"] and counts["unchanged"] == counts["devices"]:
        return f"Offline: nothing is declared otherwise on {total}."
    concerned = counts["devices"] - counts["unchanged"]
    return f"Offline: {counted(counts['changes'], 'change')}, on {concerned} of {total}."


def revised_markdown(rows: RevisedRows, budget: int = COMMENT) -> str:
    """The same for a comment, which stands where that of a plan would."""
    against = f"Compared with the files in {code(rows.against)}; no camera was asked.\n\n"
    head = f"{mark('plan', rows.fleet)}### {_summary(rows)}\n\n{against}"
    told = tuple(f"- {says}: {codes(named, _MOST_NAMED)}\n" for _, says, named in _noticed(rows))
    parts = [Part("", told, "\n", "notice", "notices")] if told else []
    if rows.fleet_wide:
        parts.append(_table("The fleet", rows.fleet_wide))
    groups = _shared(rows.cameras).items()
    parts += [_table(codes(named, _MOST_NAMED), shared) for named, shared in groups]
    return fitted(head, parts, budget)


def _table(title: str, rows: Sequence[RevisedRow]) -> Part:
    opening = f"#### {title}\n\n| setting | was | is to be | stated in |\n{'| --- ' * 4}|\n"
    return Part(opening, tuple(map(_cells, rows)), "\n", "change", "changes")


def _cells(row: RevisedRow) -> str:
    before, after = _values(row)
    place = "" if row.source is None else code(f"{row.source.file}:{row.source.line}")
    return f"| {code(row.path)} | {code(before)} | {code(after)} | {place} |\n"


def revised_json(rows: RevisedRows) -> dict[str, Json]:
    """The promised form: no saved plan, since no camera was looked at."""
    return {
        "format_version": FORMAT_VERSION,
        "kind": "offline",
        "fleet": rows.fleet,
        "against": rows.against,
        "summary": rows.summary,
        "fleet_wide": [_row_json(each) for each in rows.fleet_wide],
        "devices": [
            {
                "device": each.device,
                "status": each.turn,
                "redirects": each.redirects,
                "changes": [_row_json(row) for row in each.rows],
            }
            for each in rows.cameras
        ],
    }


def revised_outputs(rows: RevisedRows, ending: ExitCode) -> dict[str, str]:
    """What later steps of a job are told; `same-logins` where no login would be sent elsewhere."""
    counts = {name: str(count) for name, count in rows.summary.items()}
    same_logins = not any(each.redirects for each in rows.cameras)
    return {**counts, "same-logins": str(same_logins).lower(), "exit-code": str(int(ending))}


def _row_json(row: RevisedRow) -> Mapping[str, Json]:
    place = row.source
    source = place and {"file": place.file, "line": place.line, "column": place.column}
    return {
        "path": row.path,
        "action": row.turn,
        "before": row.before,
        "after": row.after,
        "sensitive": row.sensitive,
        "source": source,
    }
