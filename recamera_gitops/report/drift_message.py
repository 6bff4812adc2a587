"""Drift as a message to other programs, and to people in a chat. Pure."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict
from typing import Final, NamedTuple, TypeAlias

from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.drift import Drift
from recamera_gitops.reconcile.plan import Change, DevicePlan
from recamera_gitops.report.drift import doing
from recamera_gitops.report.values import counted, names, shown
from recamera_gitops.resources.grave import Level
from recamera_gitops.secret import printable

FORMAT_VERSION: Final = "1.0"
_MOST_TOLD: Final = 500
_MOST_LINES: Final = 20


class Occasion(NamedTuple):
    """Why a message is sent: what is `new`, camera and path, or that nothing is left."""

    at: str
    fleet: str
    fingerprint: str
    is_resolved: bool
    new: Collection[tuple[str, str]]


Message: TypeAlias = Mapping[str, Json]


def generic(drift: Drift, occasion: Occasion) -> Message:
    """The promised form, see `schemas/webhook.schema.json`; without any secret."""
    changes = _in_order(drift, occasion)
    return {
        "format_version": FORMAT_VERSION,
        "event": "resolved" if occasion.is_resolved else "drift",
        "at": occasion.at,
        "fleet": occasion.fleet,
        "fingerprint": occasion.fingerprint,
        "text": _headline(drift, occasion),
        "summary": dict(drift.plan.summary),
        "unreachable": list(drift.unreachable),
        "differences": [
            _difference(*each, is_new=_key(each) in occasion.new) for each in changes[:_MOST_TOLD]
        ],
        "left_out": max(0, len(changes) - _MOST_TOLD),
    }


def slack(drift: Drift, occasion: Occasion) -> Message:
    """What Slack and what speaks like it shows."""
    return {"text": "\n".join(_lines(drift, occasion))}


FORMATS: Final[Mapping[str, Callable[[Drift, Occasion], Message]]] = {
    "generic": generic,
    "slack": slack,
}

_Found: TypeAlias = tuple[DevicePlan, Change]


def _key(found: _Found) -> tuple[str, str]:
    device, change = found
    return device.device, change.path


def _in_order(drift: Drift, occasion: Occasion) -> list[_Found]:
    """What is new first, then what is grave."""

    def rank(found: _Found) -> tuple[bool, int]:
        return _key(found) not in occasion.new, -Level(found[1].severity).rank

    return sorted(drift.changes, key=rank)


def _difference(device: DevicePlan, change: Change, *, is_new: bool) -> dict[str, Json]:
    return {
        "device": device.device,
        "path": change.path,
        "before": change.before,
        "after": change.after,
        "sensitive": change.sensitive,
        "direction": change.direction,
        "severity": change.severity,
        "source": None if change.source is None else asdict(change.source),
        "new": is_new,
    }


def _headline(drift: Drift, occasion: Occasion) -> str:
    summary = drift.plan.summary
    away = f", {summary['unreachable']} unreachable" if summary["unreachable"] else ""
    if occasion.is_resolved:
        return (
            f"{occasion.fleet}: no drift any more on {counted(summary['devices'], 'camera')}{away}"
        )
    changes = counted(summary["changes"], "difference")
    cameras = f"{summary['changed']} of {counted(summary['devices'], 'camera')}"
    return f"{occasion.fleet}: {changes} on {cameras}, {len(occasion.new)} new{away}"


def _lines(drift: Drift, occasion: Occasion) -> Iterator[str]:
    yield f"*{_plain(_headline(drift, occasion))}*"
    changes = _in_order(drift, occasion)
    for found in changes[:_MOST_LINES]:
        device, change = found
        before = shown(change.before, sensitive=change.sensitive)
        after = shown(change.after, sensitive=change.sensitive)
        told = doing(change)
        words = f" ({told})" if told else ""
        mark = "new: " if _key(found) in occasion.new else ""
        yield _plain(f"• {mark}{device.device} {change.path}: {before} → {after}{words}")
    if len(changes) > _MOST_LINES:
        yield f"and {len(changes) - _MOST_LINES} more"
    if drift.unreachable:
        yield _plain(f"unreachable: {names(drift.unreachable)}")


def _plain(text: str) -> str:
    """Text in which nothing is a link, a mention or a command."""
    return printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
