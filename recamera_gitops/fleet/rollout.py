"""How a change spreads over a fleet: waves, their parts, and when it is better to stop. Pure.

What to do next follows from the files and from what is on record; nothing else is remembered.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import ceil
from typing import Final, TypeAlias

from recamera_gitops.desired.models import Rollout
from recamera_gitops.desired.selectors import Selector

_MOST_FAILURES: Final = 1  # unless stated
_PERCENT: Final = 100
_SPREADING: Final = ("waves", "soak", "gates", "max_failures", "max_unreachable")


class Result(StrEnum):
    """What a rollout needs to know of a camera that is through."""

    GOOD = "good"
    FAILED = "failed"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Member:
    """A camera of the plan, as a rollout sees it.

    `pending` tells that there is something to do or to tell; a `disruptive` change restarts or moves
    the camera.
    """

    name: str
    labels: Mapping[str, str]
    pending: bool = True
    disruptive: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Cameras that are begun together, or one by one where they are `alone`.

    `wave` counts from 1; `part` of `parts` is the batch within the wave.
    """

    wave: int
    part: int
    parts: int
    devices: tuple[str, ...]
    alone: bool = False

    @property
    def name(self) -> str:
        """`2`, or `2.1` where the wave has parts."""
        return str(self.wave) if self.parts == 1 else f"{self.wave}.{self.part}"


@dataclass(frozen=True, slots=True)
class Course:
    """The whole way of a rollout.

    There are `waves` of them. `sizes` are the cameras of each wave, those included that have nothing
    to do: what shares are taken of. `beyond` are cameras with something to do that no wave selects.
    """

    rollout: Rollout
    batches: tuple[Batch, ...]
    sizes: Mapping[int, int]
    waves: int = 1
    beyond: tuple[str, ...] = ()


@dataclass(slots=True)
class Record:
    """What has happened so far: results by camera, and the batches whose health was looked at again."""

    results: dict[str, Result] = field(default_factory=dict)
    checked: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Begin:
    """Write these cameras of the batch, unless a budget is spent on the way."""

    batch: Batch
    devices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """Wait for the soak time, then look at the health of these cameras again."""

    batch: Batch
    devices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """A budget is spent: nothing more is begun."""

    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """Everything has been tried."""


Action: TypeAlias = Begin | Check | Stop | Done


def course(rollout: Rollout, members: Sequence[Member], *, one_by_one: bool = False) -> Course:
    """The way for these cameras, in the order of the waves.

    A camera belongs to the first wave that selects it. Without waves all are one.
    """
    waves = _waves(rollout, members)
    batches = tuple(
        replace(batch, alone=batch.alone or one_by_one)
        for number, (selected, size) in enumerate(waves, start=1)
        for batch in _batches(number, selected, size)
    )
    chosen = {member.name for selected, _ in waves for member in selected}
    beyond = tuple(each.name for each in members if each.pending and each.name not in chosen)
    sizes = {number: len(selected) for number, (selected, _) in enumerate(waves, start=1)}
    return Course(rollout, batches, sizes, len(waves), beyond)


def at_once(rollout: Rollout) -> Rollout:
    """The same cameras without waves, health checks and budgets."""
    return rollout.model_copy(update={**dict.fromkeys(_SPREADING), "on_failure": "continue"})


def is_stated(rollout: Rollout) -> bool:
    """Whether the files say how a change is to spread."""
    return any(getattr(rollout, name) is not None for name in (*_SPREADING, "on_failure"))


def wave_of(rollout: Rollout, labels: Mapping[str, str]) -> int | None:
    """The number of the wave that a camera with these labels belongs to; None where it has none."""
    for number, wave in enumerate(rollout.waves or (), start=1):
        if Selector.parse(wave.select).matches(labels):
            return number
    return None


def _waves(
    rollout: Rollout, members: Sequence[Member]
) -> list[tuple[list[Member], int | str | None]]:
    """The cameras of each wave, and how it is cut into parts."""
    if not rollout.waves:
        return [(list(members), None)]
    found: list[tuple[list[Member], int | str | None]] = [([], each.size) for each in rollout.waves]
    for member in members:
        number = wave_of(rollout, member.labels)
        if number is not None:
            found[number - 1][0].append(member)
    return found


def _batches(wave: int, selected: Sequence[Member], size: int | str | None) -> Iterator[Batch]:
    """Calm changes in parts of the stated size, then disruptive ones, camera by camera."""
    pending = [each for each in selected if each.pending]
    calm = [each.name for each in pending if not each.disruptive]
    rough = tuple(each.name for each in pending if each.disruptive)
    step = len(calm) if size is None else max(1, ceil(share(size, len(selected))))
    parts = [tuple(calm[at : at + step]) for at in range(0, len(calm), step or 1)]
    total = len(parts) + bool(rough)
    for number, names in enumerate(parts, start=1):
        yield Batch(wave, number, total, names)
    if rough:
        yield Batch(wave, total, total, rough, alone=True)


def share(limit: int | str, total: int) -> float:
    """How many a limit is: a count as it is, a share of the total."""
    return limit if isinstance(limit, int) else total * float(limit.removesuffix("%")) / _PERCENT


def next_action(way: Course, record: Record) -> Action:
    """What is to be done now."""
    for batch in way.batches:
        reason = spent(way, record, batch.wave)
        if reason is not None:
            return Stop(reason)
        rest = tuple(each for each in batch.devices if each not in record.results)
        if rest:
            return Begin(batch, rest)
        good = tuple(each for each in batch.devices if record.results[each] is Result.GOOD)
        if good and batch.name not in record.checked and _is_checked(way.rollout):
            return Check(batch, good)
    return Done()


def _is_checked(rollout: Rollout) -> bool:
    return bool(rollout.gates or rollout.soak)


def spent(way: Course, record: Record, wave: int) -> str | None:
    """The budget of a wave that is spent, in words; None while there is some left."""
    if way.rollout.on_failure == "continue":
        return None
    found = [record.results[name] for name in _begun(way, record, wave)]
    failures, unreachable = found.count(Result.FAILED), found.count(Result.UNREACHABLE)
    apart = way.rollout.max_unreachable
    if apart is None:  # then they count as what they are: not done
        failures += unreachable
    most = way.rollout.max_failures
    limits = (
        ("max_failures", _MOST_FAILURES if most is None else most, failures, "failed"),
        ("max_unreachable", apart, unreachable, "unreachable"),
    )
    size = way.sizes.get(wave, 0)
    return next(
        (
            f"rollout.{name}: {count} of {size} cameras of wave {wave} {word}, the limit is {limit}"
            for name, limit, count, word in limits
            if limit is not None and count and count >= share(limit, size)
        ),
        None,
    )


def _begun(way: Course, record: Record, wave: int) -> Iterable[str]:
    names = (name for batch in way.batches if batch.wave == wave for name in batch.devices)
    return (name for name in names if name in record.results)
