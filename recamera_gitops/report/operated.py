"""What single operations gave, camera by camera: a table, the details of one, and JSON. Pure."""

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Generic, Protocol, TypeVar, runtime_checkable

from recamera_gitops.errors import ExitCode
from recamera_gitops.exchange import Json
from recamera_gitops.report.outcomes import trouble
from recamera_gitops.report.paint import Paint, plain
from recamera_gitops.report.tables import table
from recamera_gitops.report.values import bounded
from recamera_gitops.secret import Secret, printable

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
FORMAT_VERSION: Final = "1.0"
_WIDEST_NAME: Final = 40
_WIDEST_REASON: Final = 400


class Operated(Protocol[T_co]):
    """What an operation gave at one camera, or why nothing."""

    @property
    def device(self) -> str:
        """Name of the camera."""
        ...

    @property
    def host(self) -> str:
        """Where it is."""
        ...

    @property
    def value(self) -> T_co | None:
        """What it gave."""
        ...

    @property
    def error(self) -> str | None:
        """Why it gave nothing."""
        ...

    @property
    def exit_code(self) -> ExitCode:
        """What this camera alone would end the program with."""
        ...


@dataclass(frozen=True)
class View(Generic[T]):
    """How the values of an operation look.

    `cells` are those of one camera, below the `headings`; `details` are the lines about a camera that was
    asked alone, without which its cells are shown. Both may hold what a camera said: it is made
    harmless here, and in details by whoever writes them.
    """

    headings: tuple[str, ...]
    cells: Callable[[T], Sequence[str]]
    details: Callable[[T, Paint], Iterable[str]] | None = None


def operated_text(found: Sequence[Operated[T]], view: View[T], paint: Paint = plain) -> str:
    """Details of one camera, or a table of several; below it what was not done, and why."""
    given = [(each.device, each.value) for each in found if each.value is not None]
    lines: list[str] = []
    if len(found) == 1 and given and view.details is not None:
        lines.extend(view.details(given[0][1], paint))
    elif given:
        rows = [(_name(device), *view.cells(value)) for device, value in given]
        lines.extend(table(("camera", *view.headings), rows, paint))
    lines.extend(_trouble(each, paint) for each in found if each.value is None)
    return "".join(f"{line}\n" for line in lines)


def operated_json(name: str, found: Sequence[Operated[Any]]) -> Json:
    """The same for programs; `result` has the fields of the value, secrets are null."""
    devices = [
        {
            "device": each.device,
            "host": each.host,
            "error": each.error,
            "exit_code": int(each.exit_code),
            "result": as_json(each.value),
        }
        for each in found
    ]
    return {"format_version": FORMAT_VERSION, "operation": name, "devices": devices}


@runtime_checkable
class _Dataclass(Protocol):
    __dataclass_fields__: dict[str, dataclasses.Field[Any]]


def as_json(value: object) -> Json:
    """A value made of dataclasses, tuples and plain values, field by field; never a secret."""
    match value:
        case Secret():
            return None
        case Enum():
            return as_json(value.value)
        case None | bool() | int() | float() | str():
            return value
        case _Dataclass():
            return {name: as_json(getattr(value, name)) for name in value.__dataclass_fields__}
        case dict():
            return {str(key): as_json(each) for key, each in value.items()}
        case tuple() | list():
            return [as_json(each) for each in value]
        case _:
            raise TypeError(f"{type(value).__name__} has no form in JSON")


def _trouble(each: Operated[T], paint: Paint) -> str:
    reason = bounded(printable(each.error or ""), _WIDEST_REASON)
    return f"{_name(each.device)}  {paint('trouble', trouble(each.exit_code))}: {reason}"


def _name(text: str) -> str:
    return bounded(printable(text), _WIDEST_NAME)
