"""`logs` and `watch`: what cameras say while they say it, line by line, gaps told."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final, Protocol

from recamera_gitops.cli import console
from recamera_gitops.cli.repository import selected, warned
from recamera_gitops.cli.running import opened
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode
from recamera_gitops.exchange import Json
from recamera_gitops.fleet.listening import Back, Ear, Event, Heard, Left, Listening, Lost
from recamera_gitops.fleet.moments import stamp
from recamera_gitops.operations import logs as log
from recamera_gitops.operations import results
from recamera_gitops.report import heard
from recamera_gitops.report.outcomes import trouble
from recamera_gitops.report.paint import Paint

_SILENCE: Final = 30.0  # seconds that a log may take until its first message
_NOT_HEARD: Final = "what happened in between is not known"
_MAY_MISS: Final = "lines may be missing"


@dataclass(frozen=True, slots=True)
class LogsRequest:
    """What `logs` was asked for."""

    selection: Selection
    form: str
    follow: bool
    level: str
    retry_for: float | None = None


@dataclass(frozen=True, slots=True)
class WatchRequest:
    """What `watch` was asked for; `count` results and `seconds` are enough."""

    selection: Selection
    form: str
    count: int | None
    seconds: float | None
    retry_for: float | None = None


class Teller(Protocol):
    """How what is heard is told."""

    def message(self, event: Heard) -> bool:
        """What a camera said; False where that was the last thing to be told."""
        ...

    def back(self, event: Back) -> None:
        """A connection stands again."""
        ...


def logs(request: LogsRequest) -> ExitCode:
    """Show the logs, and what is added to them."""
    ear = Ear("logs", log.PATH, patience=request.retry_for)
    if not request.follow:
        ear = Ear("logs", log.PATH, most=1, patience=0.0, silence=_SILENCE)
    return _listened(
        request.selection,
        request.form,
        ear,
        lambda voice: _Logs(voice, request.level),
    )


def watch(request: WatchRequest) -> ExitCode:
    """Show what inference finds."""
    return _listened(
        request.selection,
        request.form,
        Ear("watch", results.PATH, patience=request.retry_for),
        lambda voice: _Results(voice, request.count),
        request.seconds,
    )


@dataclass(frozen=True, slots=True)
class _Voice:
    """Where things are said: in text or in JSON, of one camera or of several."""

    form: str
    devices: Sequence[str]
    paint: Paint

    def line(self, device: str, line: str, facts: Mapping[str, Json]) -> None:
        """One thing that was heard."""
        if self.form == "json":
            line = heard.json_line({"device": device, **facts})
        else:
            line = heard.prefix(device, self.devices) + line
        console.result(line + "\n")

    def event(self, name: str, event: Event, text: str, **facts: Json) -> None:
        """One thing that befell the connection: beside the result in text, in it in JSON."""
        if self.form == "json":
            told = {"device": event.device, "at": stamp(event.at), "event": name, **facts}
            console.result(heard.json_line(told) + "\n")
        else:
            console.say(text)


def _listened(
    selection: Selection,
    form: str,
    ear: Ear,
    teller: Callable[[_Voice], Teller],
    seconds: float | None = None,
) -> ExitCode:
    chosen = warned(selected(selection))
    voice = _Voice(form, [each.name for each in chosen.devices], console.paint())
    with opened(chosen) as working, working.interruption.listening():
        listening = Listening(
            ear,
            working.run.reach,
            working.clock,
            lambda: working.stop.requested,
            working.now,
        )
        with closing(listening.events(working.devices, seconds)) as events:
            ends = _told(events, voice, teller(voice))
        return working.ended(ends)


def _told(events: Iterable[Event], voice: _Voice, teller: Teller) -> list[ExitCode]:
    """Tell everything; how it ended at each camera that ended."""
    ends = []
    for event in events:
        match event:
            case Heard():
                if not teller.message(event):
                    break
            case Lost():
                text = heard.lost_line(event.device, event.why, event.pause)
                facts = {"error": event.why, "again_in": round(event.pause, 1)}
                voice.event("lost", event, text, **facts)
            case Back():
                teller.back(event)
            case Left():
                _left(event, voice)
                ends.append(event.exit_code)
    return ends


def _left(event: Left, voice: _Voice) -> None:
    if event.error is not None:
        text = heard.left_line(event.device, trouble(event.exit_code), event.error)
        facts = {"error": event.error, "exit_code": int(event.exit_code)}
        voice.event("left", event, text, **facts)


@dataclass(slots=True)
class _Logs:
    """Tells lines of logs; the history after a gap only as far as it has not been told."""

    voice: _Voice
    level: str
    tails: dict[str, log.Tail] = field(default_factory=dict)
    gaps: dict[str, Back] = field(default_factory=dict)

    def message(self, event: Heard) -> bool:
        """Lines of a camera."""
        lines: Sequence[log.Line] = log.lines(event.message)
        tail = self.tails.setdefault(event.device, log.Tail())
        if event.first:
            lines, whole = tail.unseen(lines)
            self._gap(event.device, whole=whole)
        tail.add(lines)
        for each in lines:
            if each.is_as_grave_as(self.level):
                self._line(event.device, each)
        return True

    def back(self, event: Back) -> None:
        """Wait for the history, which tells whether anything is missing."""
        self.gaps[event.device] = event

    def _gap(self, device: str, *, whole: bool) -> None:
        gap = self.gaps.pop(device, None)
        if gap is not None:
            unheard = "nothing is missing" if whole else _MAY_MISS
            text = heard.back_line(device, gap.seconds, unheard)
            self.voice.event("back", gap, text, after=round(gap.seconds, 1), complete=whole)

    def _line(self, device: str, line: log.Line) -> None:
        text = heard.log_line(line.at, line.level, line.text, self.voice.paint)
        self.voice.line(device, text, {"time": line.at, "level": line.level, "text": line.text})


@dataclass(slots=True)
class _Results:
    """Tells results, and counts them."""

    voice: _Voice
    count: int | None
    told: int = 0

    def message(self, event: Heard) -> bool:
        """A result of a camera."""
        at, result = stamp(event.at), results.result(event.message)
        things = results.found(result)
        text = heard.result_line(at, result)
        if things is not None:
            named = [(each.what, each.confidence) for each in things]
            text = heard.found_line(at, named, self.voice.paint)
        self.voice.line(event.device, text, {"at": at, "result": result})
        self.told += 1
        return self.told != self.count

    def back(self, event: Back) -> None:
        """Results are not kept by anybody."""
        text = heard.back_line(event.device, event.seconds, _NOT_HEARD)
        self.voice.event("back", event, text, after=round(event.seconds, 1), complete=False)
