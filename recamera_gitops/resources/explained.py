"""What a device is to be with everything that led to it, as values that can be shown."""

from dataclasses import dataclass
from enum import StrEnum

from recamera_gitops.errors import Place
from recamera_gitops.exchange import Json


@dataclass(frozen=True, slots=True)
class Said:
    """One value as a file says it, references as they are written and secrets masked.

    `layer` is `fleet`, `profile NAME` or `device NAME`.
    """

    layer: str
    written: Json
    place: Place


@dataclass(frozen=True, slots=True)
class Used:
    """Something that was filled in: a variable, a label or the name of the device.

    `reference` is how it is written, `said` what was said of it, the winner first; what is made of
    the name of the device has no `value` of its own.
    """

    reference: str
    value: Json
    said: tuple[Said, ...]


class Standing(StrEnum):
    """What becomes of a setting."""

    MANAGED = "managed"
    LEFT = "null"  # taken back out of management
    REPLACED = "replaced"  # what stands above it in the files is no mapping any more
    UNMANAGED = "unmanaged"  # named below `unmanaged`
    BUILT_IN = "default"  # nobody says it


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its value, and what was said of it, the winner first.

    A sensitive one has no value. `by` is the path of what took it away, where the winner stands above it
    or in its stead. `because` is where an `unmanaged` stands that covers it, `ignored`
    where a `drift.ignore` does.
    """

    path: str
    value: Json
    standing: Standing = Standing.MANAGED
    sensitive: bool = False
    said: tuple[Said, ...] = ()
    used: tuple[Used, ...] = ()
    by: str = ""
    because: Place | None = None
    ignored: Place | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """One device: how it is reached, and what it is to be; narrowed to a `path` where there is one."""

    device: str
    host: str
    place: Place
    profiles: tuple[str, ...]
    protected: bool
    connection: tuple[Setting, ...]
    settings: tuple[Setting, ...]
    path: str = ""
