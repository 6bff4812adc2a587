"""Plans on disk: written in one step, read back only if they are exactly what was written."""

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NoReturn

from recamera_gitops.errors import Diagnostic, InvalidInput, Stale
from recamera_gitops.exchange import Json
from recamera_gitops.files import PRIVATE, replace_file
from recamera_gitops.reconcile.plan import (
    FORMAT_VERSION,
    Action,
    Plan,
    Status,
    canonical,
    plan_from_json,
    plan_json,
)

LARGEST: Final = 64 << 20
_VERSION: Final = re.compile(r"1\.[0-9]{1,3}")
_ANY_VERSION: Final = re.compile(r"[0-9]{1,3}\.[0-9]{1,3}")
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)

Check = Callable[[Any], bool]
_NONE: Final[Mapping[str, Check]] = {}


def save(plan: Plan, path: Path) -> None:
    """Put the plan in place in one step, readable by its owner only, on disk when this returns."""
    try:
        replace_file(path, canonical(plan_json(plan)) + b"\n", PRIVATE)
    except OSError as error:
        message = f"the plan cannot be written: {error.strerror}"
        raise InvalidInput([Diagnostic("plan-file", message, str(path))]) from error


def load(path: Path) -> Plan:
    """The plan in a file; InvalidInput for anything else, Stale if it was changed since."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        _invalid(f"the plan file cannot be read: {error.strerror}", path)
    if len(content) > LARGEST:
        _invalid("the plan file is larger than 64 MiB", path)
    document = _parsed(content, path)
    if not _is_plan(document):
        _invalid(_unlike(document), path)
    plan = plan_from_json(document)
    if plan.checksum != document["checksum"] or plan.summary != document["summary"]:
        raise Stale("the plan file was changed after it was made")
    return plan


def _invalid(message: str, path: Path) -> NoReturn:
    hint = "make one with: recamera-gitops plan --out FILE"
    raise InvalidInput([Diagnostic("plan-file", message, str(path), hint=hint)])


def _unlike(document: Json) -> str:
    """What a document is that has not the shape of a plan: maybe one of a later version."""
    version = document.get("format_version") if isinstance(document, dict) else None
    if not isinstance(version, str) or not _ANY_VERSION.fullmatch(version):
        return "this is not a plan"
    if version == FORMAT_VERSION:
        return f"this is not a plan of format {version}"
    maker = document.get("tool_version")
    by = f", which recamera-gitops {maker} made" if isinstance(maker, str) else ""
    return f"a plan of format {version}{by}; this version reads {FORMAT_VERSION}"


def _parsed(content: bytes, path: Path) -> Json:
    try:
        return json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_refused,
            parse_float=_finite,
        )
    except (ValueError, RecursionError):
        _invalid("the plan file is not strict JSON", path)


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _refused(_constant: str) -> NoReturn:
    raise ValueError


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number


# The shape, in words that can be asked of a value. Every key must be there, and no other.


def _text(value: object) -> bool:
    return isinstance(value, str)


def _text_or_none(value: object) -> bool:
    return value is None or isinstance(value, str)


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _count(value: object) -> bool:
    return type(value) is int and value >= 0


def _anything(_value: object) -> bool:
    return True


def _member(words: type[Status] | type[Action]) -> Check:
    return lambda value: isinstance(value, str) and value in list(words)


def _list_of(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(check, value))


def _shape(keys: Mapping[str, Check], optional: Mapping[str, Check] = _NONE) -> Check:
    every = {**keys, **optional}

    def holds(value: object) -> bool:
        return (
            isinstance(value, dict)
            and keys.keys() <= value.keys() <= every.keys()
            and all(every[key](each) for key, each in value.items())
        )

    return holds


def _version(value: object) -> bool:
    return isinstance(value, str) and _VERSION.fullmatch(value) is not None


def _moment(value: object) -> bool:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


_place = _shape({"file": _text, "line": _count, "column": _count})
_change = _shape(
    {
        "path": _text,
        "before": _anything,
        "after": _anything,
        "sensitive": _flag,
        "source": lambda value: value is None or _place(value),
    },
    optional={"known_after": _text, "confirm": _text},
)
_resource = _shape(
    {
        "address": _text,
        "action": _member(Action),
        "impact": _list_of(_text),
        "precondition": _text,
        "changes": _list_of(_change),
    }
)
_device = _shape(
    {
        "device": _text,
        "host": _text,
        "serial": _text_or_none,
        "firmware": _text_or_none,
        "status": _member(Status),
        "error": _text_or_none,
        "resources": _list_of(_resource),
        "steps": _list_of(_shape({"method": _text, "path": _text, "summary": _text})),
    },
    optional={"warnings": _list_of(_text)},
)
_is_plan = _shape(
    {
        "format_version": _version,
        "created": _moment,
        "tool_version": _text,
        "fleet": _text,
        "checksum": _text,
        "summary": _shape(dict.fromkeys(("devices", *Status, "changes"), _count)),
        "devices": _list_of(_device),
    },
    optional={"targets": _list_of(_text)},
)
