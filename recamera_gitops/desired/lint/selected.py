"""Settings that count only while another one says so, and never do."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple

from recamera_gitops.desired.lint.sources import Found, Sources
from recamera_gitops.desired.state import Device
from recamera_gitops.errors import Place
from recamera_gitops.resources.catalog import leaf_at
from recamera_gitops.resources.declared import is_below, sibling_of

# What selects one of several blocks, and the blocks, each called like the word that selects it.
_BLOCKS: Final = (
    ("record.trigger.type", ("inference", "timer", "gpio", "tty")),
    ("notify.mode", ("mqtt", "http", "uart")),
    ("system.time.method", ("ntp",)),
)


class Condition(NamedTuple):
    """`subject`, a setting or a block, counts only while `selector` says `wanted`."""

    selector: str
    wanted: object
    subject: str


class _Met(NamedTuple):
    """A setting of a device, what it needs to count, and what the selector says; None if nothing."""

    device: Device
    condition: Condition
    place: Place
    said: object

    @property
    def counts(self) -> bool:
        """Whether it counts, as far as the files tell."""
        return self.said in (None, self.condition.wanted)


@dataclass(slots=True)
class _Group:
    """What stands in one file and is left out by one selector."""

    first: _Met
    subjects: dict[str, Place] = field(default_factory=dict)
    devices: dict[str, None] = field(default_factory=dict)

    def add(self, met: _Met) -> None:
        """Take one more in."""
        subject = met.condition.subject
        self.subjects[subject] = min(met.place, self.subjects.get(subject, met.place))
        self.devices[met.device.name] = None


def inactive_settings(sources: Sources) -> Iterator[Found]:
    """Settings that count for no device that has them, file by file and selector by selector."""
    met = [each for device in sources.fleet.devices for each in _met(device)]
    counted = {each.place for each in met if each.counts}
    groups: dict[tuple[str, str, object], _Group] = {}
    for each in met:
        if each.place not in counted:
            key = (each.place.file, each.condition.selector, each.condition.wanted)
            groups.setdefault(key, _Group(each)).add(each)
    for group in groups.values():
        yield from _told(group)


def _met(device: Device) -> Iterator[_Met]:
    for path, wish in device.declared.items():
        condition = condition_of(path)
        if condition is not None and wish.place is not None:
            said = device.declared.get(condition.selector)
            yield _Met(device, condition, wish.place, said.value if said else None)


@cache
def condition_of(path: str) -> Condition | None:
    """What a setting needs to count, None where nothing."""
    leaf = leaf_at(path)
    when = leaf.wire.when if leaf is not None else None
    if when is not None:
        return Condition(sibling_of(path, when.sibling), when.value, path)
    for selector, words in _BLOCKS:
        for word in words:
            block = sibling_of(selector, word)
            if is_below(path, block):
                return Condition(selector, word, block)
    return None


def _told(group: _Group) -> Iterator[Found]:
    """The finding, once for each device, so that they can be counted."""
    condition = group.first.condition
    names = [each.rpartition(".")[2] for each in group.subjects]
    verb = "counts" if len(names) == 1 else "count"
    needed = f"{condition.selector.rpartition('.')[2]}: {_word(condition.wanted)}"
    message = f"{', '.join(names)} {verb} only with {needed}; it is {_word(group.first.said)}"
    path, place = min(group.subjects.items(), key=lambda each: each[1])
    for device in group.devices:
        yield Found(message, f"config.{path}", place, device=device)


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
