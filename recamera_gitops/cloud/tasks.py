"""What the service tells of a conversion, in words of ours."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from recamera_gitops.cloud.service import Service
from recamera_gitops.errors import NotUnderstood
from recamera_gitops.exchange import Json
from recamera_gitops.secret import foreign

# What a model is called there [ref]; it becomes part of a file name.
MODEL_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
KIND: Final = {"framework_type": "9", "device_type": "40"}  # RKNN for reCamera [ref]
_STATUS: Final = "/v1/api/train_status"
_RECORDS: Final = "/v1/api/get_training_records"
_PAGE: Final = 50
_MOST_PAGES: Final = 200
_NUMBER: Final = re.compile(r"\d{1,18}(?:\.\d{1,9})?")
_WHOLE: Final = 100


class State(StrEnum):
    """How far a conversion is."""

    WAITING = "waiting"
    CONVERTING = "converting"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Task:
    """A conversion; `error` is what the service says of one that failed. Moments are in UTC.

    `word` is what the service calls a state that is unknown here.
    """

    model_id: str
    state: State
    percent: int
    error: str | None = None
    size_bytes: int | None = None
    created: str | None = None
    started: str | None = None
    finished: str | None = None
    word: str | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in (State.DONE, State.FAILED)

    @property
    def shown(self) -> str:
        """How far it is, on one line."""
        if self.state is State.CONVERTING:
            return f"{self.state} {self.percent} %"
        reason = self.error or self.word
        return f"{self.state}: {reason}" if reason else str(self.state)


def task(service: Service, model_id: str) -> Task:
    """How far one is."""
    told = service.read(_STATUS, model_id=model_id).get("data")
    return _task(told, f"GET {_STATUS}", model_id)


def tasks(service: Service) -> tuple[Task, ...]:
    """Every one of the user, as the service orders them; what is not done comes first."""
    found: dict[str, Task] = {}
    for record in _records(service):
        each = _task(record, f"GET {_RECORDS}")
        found.setdefault(each.model_id, each)
    return tuple(found.values())


def _records(service: Service) -> Iterator[Json]:
    """What is not done stands in `undone`, perhaps in `records` too [ref]."""
    seen = 0
    for page in range(1, _MOST_PAGES + 1):
        query = {**KIND, "page": str(page), "size": str(_PAGE)}
        told = service.read(_RECORDS, **query).get("data")
        records, undone, total = _parts(told)
        if page == 1:
            yield from undone
        yield from records
        seen += len(records)
        if not records or seen >= total:
            return
    raise NotUnderstood("the list of models does not end", request=f"GET {_RECORDS}")


def _parts(told: Json) -> tuple[list[Json], list[Json], int]:
    shown = told if isinstance(told, dict) else {}
    records, undone = shown.get("records"), shown.get("undone") or []
    total = _integer(shown.get("total"))
    if not isinstance(records, list) or not isinstance(undone, list) or total is None:
        raise NotUnderstood("the list of models has an unknown form", request=f"GET {_RECORDS}")
    return records, undone, total


def _task(told: Json, request: str, model_id: str | None = None) -> Task:
    if not isinstance(told, dict):
        raise NotUnderstood("a model is told of in an unknown form", request=request)
    name = told.get("model_id", model_id)
    if not isinstance(name, str) or not MODEL_ID.fullmatch(name):
        raise NotUnderstood("a model has no id that can be used", request=request)
    said = told.get("status")
    status = "" if said is None else str(said).strip().lower()
    state, percent = _progress(status)
    error = told.get("error_message")
    return Task(
        name,
        state,
        percent,
        foreign(str(error)) if error and state is State.FAILED else None,
        _integer(told.get("model_size")),
        _moment(told.get("created_at")),
        _moment(told.get("started_at")),
        _moment(told.get("finished_at")),
        (foreign(status) or None) if state is State.UNKNOWN else None,
    )


def _progress(status: str) -> tuple[State, int]:
    """`init`, a number that is a text, `done`, `error` [ref]; of records nothing is said."""
    if _NUMBER.fullmatch(status):
        return State.CONVERTING, min(int(float(status)), _WHOLE)
    return _STATES.get(status, State.UNKNOWN), _WHOLE if status == "done" else 0


_STATES: Final = {"init": State.WAITING, "done": State.DONE, "error": State.FAILED}


def _integer(value: Json) -> int | None:
    """A number, or a text of one [ref]."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(float(value)) if "." in value else int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _moment(value: Json) -> str | None:
    """Milliseconds since 1970 [ref]."""
    milliseconds = _integer(value)
    if not milliseconds:
        return None
    try:
        return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
    except (ValueError, OverflowError, OSError):
        return None
