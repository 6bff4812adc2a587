"""What a device is to be and why: for people, within 80 columns, and for programs. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Final, TypeAlias

from recamera_gitops.errors import Place
from recamera_gitops.exchange import Json
from recamera_gitops.report.paint import Paint, plain
from recamera_gitops.report.values import SENSITIVE, bounded, counted, whole
from recamera_gitops.resources.explained import Explanation, Said, Setting, Standing, Used
from recamera_gitops.resources.values import rounded
from recamera_gitops.secret import printable

_Taken: TypeAlias = Mapping[str, Sequence[Setting]]
_WIDTH: Final = 80
_NARROWEST: Final = 12  # of values; where places leave less they stand on a line of their own
_NOTE: Final = " " * 6
_MOST_NAMED: Final = 3
_MOST_ENTRIES: Final = 6
_LONGEST_LIST: Final = 32
_WORDS: Final = {
    Standing.LEFT: "(not managed)",
    Standing.REPLACED: "(replaced)",
    Standing.UNMANAGED: "(unmanaged)",
}


def explanation_text(explanation: Explanation, paint: Paint = plain) -> str:
    """Grouped as the files are; below each value what it was made of and what it overrides."""
    lines = [
        paint("heading", printable(f"{explanation.device} at {explanation.host}"))
        + paint("dim", f"  {_spot(explanation.place)}"),
        f"profiles: {', '.join(map(printable, explanation.profiles)) or 'none'}",
    ]
    if explanation.protected:
        lines.append("protected: it is planned, and never written")
    lines += [
        "",
        *_section("connection", explanation.connection, _taken(explanation.connection), paint),
    ]
    taken = _taken(explanation.settings)
    for heading, settings in _grouped(explanation.settings).items():
        lines += _section(heading, settings, taken, paint)
    if not explanation.connection or explanation.settings:
        lines.append(_summary(explanation))
    return "\n".join(lines).rstrip("\n") + "\n"


def _grouped(settings: Sequence[Setting]) -> dict[str, list[Setting]]:
    groups: dict[str, list[Setting]] = {}
    for each in settings:
        groups.setdefault(each.path.rpartition(".")[0] or "config", []).append(each)
    return groups


def _taken(settings: Sequence[Setting]) -> _Taken:
    """Under the path of what took them away, the settings that are told there."""
    found: dict[str, list[Setting]] = {}
    for each in settings:
        if each.by:
            found.setdefault(each.by, []).append(each)
    return found


def _summary(explanation: Explanation) -> str:
    settings = explanation.settings
    counts = {each: sum(s.standing is each for s in settings) for each in Standing}
    if not settings:
        where = f" below {explanation.path}" if explanation.path else ""
        return printable(f"No file states anything{where}: the camera keeps what it has.")
    unmanaged = counts[Standing.UNMANAGED]
    aside = f", {unmanaged} unmanaged" if unmanaged else ""
    return f"{counted(counts[Standing.MANAGED], 'setting')} managed{aside}."


def _section(heading: str, settings: Sequence[Setting], taken: _Taken, paint: Paint) -> list[str]:
    rows = [each for each in settings if not each.by]
    if not rows:
        return []
    names = [each.path.removeprefix(f"{heading}.") for each in rows]
    width = max(map(len, names))
    column = _column(rows, width)
    lines = [paint("heading", printable(heading))]
    for name, each in zip(names, rows, strict=True):
        lines += _row(f"  {printable(name):<{width}}  ", each, column, paint)
        lines += _notes(each, taken.get(each.path, ()), paint)
    return [*lines, ""]


def _column(rows: Sequence[Setting], width: int) -> int:
    """How wide the values are that leave room for their places beside them."""
    room = max(_NARROWEST, _WIDTH - width - max(len(_source(each)) for each in rows) - 6)
    return max((len(_value(each)) for each in rows if len(_value(each)) <= room), default=room)


def _row(head: str, setting: Setting, column: int, paint: Paint) -> Iterator[str]:
    value, source = bounded(_value(setting), _WIDTH - len(head)), _source(setting)
    shown = paint("dim", value) if setting.standing in _WORDS else value
    if len(value) > column:
        yield head + shown
        yield paint("dim", f"{' ' * (len(head) + column)}  {source}")
    else:
        yield f"{head}{shown}{' ' * (column - len(value))}  {paint('dim', source)}"


def _value(setting: Setting) -> str:
    if setting.standing in _WORDS:
        return _WORDS[setting.standing]
    if setting.sensitive:
        return printable(str(setting.said[0].written)) if setting.said else SENSITIVE
    if _is_long(setting):
        return counted(len(setting.value), "entry", "entries")
    return whole(rounded(setting.value))


def _is_long(setting: Setting) -> bool:
    """Whether it is a list that is told entry by entry."""
    value = rounded(setting.value)
    return isinstance(value, list) and len(value) > 0 and len(whole(value)) > _LONGEST_LIST


def _source(setting: Setting) -> str:
    return _spot(setting.said[0].place) if setting.said else "(default)"


def _spot(place: Place) -> str:
    return printable(f"{place.file}:{place.line}")


def _notes(setting: Setting, taken: Sequence[Setting], paint: Paint) -> Iterator[str]:
    for text, place in (*_remarks(setting), *_takes(setting, taken)):
        spot = f"  {_spot(place)}" if place is not None else ""
        yield paint("dim", _NOTE + bounded(text, _WIDTH - len(_NOTE) - len(spot)) + spot)


def _remarks(setting: Setting) -> Iterator[tuple[str, Place | None]]:
    """Sentences about a setting, each with the place that it is about."""
    if _is_long(setting) and setting.standing is Standing.MANAGED:
        yield from _entries(rounded(setting.value))
    whole_of_it = (
        [each.reference for each in setting.used] == [setting.said[0].written]
        if setting.said
        else True
    )
    if setting.used and not setting.sensitive and not whole_of_it:
        yield f"written {whole(setting.said[0].written)}", None
    for used in setting.used:
        yield from _filled_in(used)
    overridden = setting.said if setting.standing is Standing.BUILT_IN else setting.said[1:]
    for said in overridden:
        yield f"over {_written(said)}", said.place
    if setting.because is not None:
        yield "unmanaged", setting.because
    if setting.ignored is not None:
        yield "drift passes over it", setting.ignored


def _entries(value: Sequence[Json]) -> Iterator[tuple[str, None]]:
    for each in value[:_MOST_ENTRIES]:
        yield f"- {whole(each)}", None
    if len(value) > _MOST_ENTRIES:
        yield f"and {len(value) - _MOST_ENTRIES} more", None


def _takes(setting: Setting, taken: Sequence[Setting]) -> Iterator[tuple[str, Place | None]]:
    if len(taken) > _MOST_NAMED:
        yield f"over {counted(len(taken), 'setting')} below it", taken[0].said[1].place
        return
    for each in taken:
        name = each.path.removeprefix(f"{setting.path}.")
        yield f"over {name}: {_written(each.said[1])}", each.said[1].place


def _filled_in(used: Used) -> Iterator[tuple[str, Place | None]]:
    first, *others = used.said or (None,)
    yield f"{used.reference} is {whole(used.value)}", None if first is None else first.place
    for said in others:
        if said is not None:
            yield f"    over {_written(said)}", said.place


def _written(said: Said) -> str:
    return "null" if said.written is None else whole(said.written)


def explanation_json(explanation: Explanation) -> dict[str, Json]:
    """The same for programs; everything, and nothing cut off."""
    return {
        "format_version": "1.0",
        "device": explanation.device,
        "host": explanation.host,
        "source": asdict(explanation.place),
        "profiles": list(explanation.profiles),
        "protected": explanation.protected,
        "connection": [_setting_json(each) for each in explanation.connection],
        "settings": [_setting_json(each) for each in explanation.settings],
    }


def _setting_json(setting: Setting) -> dict[str, Json]:
    first = setting.said[0] if setting.said else None
    return {
        "path": setting.path,
        "value": setting.value,
        "sensitive": setting.sensitive,
        "standing": str(setting.standing),
        "written": None if first is None else first.written,
        "by": setting.by or None,
        "layer": None if first is None else first.layer,
        "source": None if first is None else asdict(first.place),
        "overrides": [_said_json(each) for each in setting.said[1:]],
        "references": [
            {
                "reference": each.reference,
                "value": each.value,
                "statements": [_said_json(said) for said in each.said],
            }
            for each in setting.used
        ],
        "unmanaged": None if setting.because is None else asdict(setting.because),
        "drift_ignore": None if setting.ignored is None else asdict(setting.ignored),
    }


def _said_json(said: Said) -> dict[str, Json]:
    return {"written": said.written, "layer": said.layer, "source": asdict(said.place)}
