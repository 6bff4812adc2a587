"""The history of a fleet: one line per run, and one run camera by camera. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from recamera_gitops.report.paint import Paint, plain
from recamera_gitops.report.pictures import picture_lines
from recamera_gitops.report.tables import table
from recamera_gitops.report.values import bounded, counted, names
from recamera_gitops.secret import printable

_MOST_ROWS = 12
_WIDEST_NAME = 40
_WIDEST_REASON = 400
_HEADS = ("run", "what", "by", "result", "done", "failed", "unreachable", "unknown")


def runs_text(rows: Sequence[Mapping[str, Any]], paint: Paint = plain) -> str:
    """A table with a line per run."""
    if not rows:
        return "Nothing has been applied from this repository yet.\n"
    roles = ["good" if each["result"] == "done" else "trouble" for each in rows]
    return "\n".join(table(_HEADS, [_cells(each) for each in rows], paint, roles)) + "\n"


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    counts = row["cameras"]
    return (
        row["run"],
        row["kind"],
        _name(row["by"]),
        row["result"],
        *(str(counts[each]) for each in ("done", "failed", "unreachable", "unknown")),
    )


def run_text(row: Mapping[str, Any], paint: Paint = plain) -> str:
    """What became of each camera of one run."""
    groups = _alike(row["devices"])
    lines = [*_head(row), "", *_table(groups, paint)]
    lines += [line for each in groups for line in _details(each, paint)]
    lines += _pictures(row["devices"], paint)
    return "\n".join(lines) + "\n"


def _head(row: Mapping[str, Any]) -> Iterator[str]:
    of = f" of {row['of_run']}" if row.get("of_run") else ""
    yield f"{row['run']}: {row['kind']}{of} by {_name(row['by'])}, {row['result']}"
    until = f", ended {row['ended']}" if row["ended"] else ""
    waves = f", waves {', '.join(row['waves'])}" if row["waves"] else ""
    yield f"began {row['began']}{until}{waves}"
    if row["plan_checksum"]:
        yield f"plan {row['plan_checksum']}"
    if row["stopped"]:
        yield f"stopped: {_reason(row['stopped'])}"


Group: TypeAlias = tuple[str, Mapping[str, Any]]


def _alike(devices: Sequence[Mapping[str, Any]]) -> list[Group]:
    """What is said of cameras, with their names; where they are many, those that ended alike share it."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for each in devices:
        said = {key: value for key, value in each.items() if key not in ("device", "pictures")}
        key = repr(said) if len(devices) > _MOST_ROWS else each["device"]
        groups.setdefault(key, []).append(each)
    return [
        (names([_name(each["device"]) for each in group]), group[0]) for group in groups.values()
    ]


def _table(groups: Sequence[Group], paint: Paint) -> Iterator[str]:
    if not groups:
        yield "No camera was begun."
        return
    width = max(len("camera"), *(len(name) for name, _ in groups))
    verdicts = list(groups[0][1]["verdicts"])
    yield paint("heading", f"{'camera':<{width}}{''.join(f'  {v}' for v in verdicts)}  result")
    for name, each in groups:
        cells = "".join(f"  {count:>{len(v)}}" for v, count in each["verdicts"].items())
        role = "good" if each["result"] == "done" else "trouble"
        yield f"{name:<{width}}{cells}  {paint(role, each['result'])}"


def _details(group: Group, paint: Paint) -> Iterator[str]:
    name, device = group
    told = [
        f"{name}: {printable(each['address'])} {each['verdict']}: {_reason(each['reason'])}"
        for each in device["outcomes"]
        if each["reason"]
    ]
    reasons = {f"{each['address']}: {each['reason']}" for each in device["outcomes"]}
    if device["error"] and device["error"] not in reasons:
        told.insert(0, f"{name}: {_reason(device['error'])}")
    if device["open_writes"]:
        writes = counted(len(device["open_writes"]), "write")
        these = ", ".join(printable(each) for each in device["open_writes"])
        told.append(f"{name}: nobody knows what came of {writes}: {these}")
    yield from ("", *(paint("trouble", line) for line in told)) if told else ()


def _pictures(devices: Sequence[Mapping[str, Any]], paint: Paint) -> list[str]:
    lines = [
        line
        for each in devices
        for line in picture_lines(each["device"], each.get("pictures", {}), paint)
    ]
    return ["", *lines] if lines else []


def _name(text: str) -> str:
    return bounded(printable(text), _WIDEST_NAME)


def _reason(text: str) -> str:
    return bounded(printable(text), _WIDEST_REASON)
