"""The words in which a camera's settings are declared, and what is derived from a declaration.

A setting is one line: YAML name, type, limits, wire key, codec, sentence, which validation, schema,
decoding, encoding, comparison and documentation read. Pure: pydantic and no I/O.
"""

import types
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache
from typing import Any, ClassVar, Final, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field

from recamera_gitops.exchange import Json
from recamera_gitops.resources import defaults
from recamera_gitops.resources.codecs import SAME, Around, Codec
from recamera_gitops.resources.declared import Declared
from recamera_gitops.resources.fragment import LaidOver
from recamera_gitops.resources.values import MISSING, Each, Unknown, copied, spellings

NOTHING_AROUND: Final[Around] = {}
WHOLE: Final = ""  # as a wire key: the object itself
LAID_OVER: Final = LaidOver()


class Impact(StrEnum):
    """What people at the camera notice; the words are promised in plans."""

    NONE = "none"
    STREAM_RESTART = "stream-restart"
    RECORDING_GAP = "recording-gap"
    INFERENCE_RESTART = "inference-restart"
    NOTIFY_RESTART = "notify-restart"
    CONNECTIVITY = "connectivity"
    REBOOT = "reboot"
    IRREVERSIBLE = "irreversible"


class Stage(IntEnum):
    """When a resource is written; lower first. The reasons stand beside the rows of the catalogue."""

    FIRMWARE = 10
    CLOCK = 20
    STORAGE = 30
    MODELS = 40
    INFERENCE = 50
    CLEANUP = 55
    OVERLAY = 60
    VIDEO = 70
    STREAM = 75
    IMAGE = 80
    RECORDING = 90
    NOTIFY = 100
    SERVICES = 110
    ACCESS = 120
    NETWORK = 130
    PASSWORD = 140


@dataclass(frozen=True, slots=True)
class When:
    """A value counts only while a sibling field has this value; otherwise the camera owns it."""

    sibling: str
    value: object


@dataclass(frozen=True, slots=True)
class Wire:
    """Where and how one setting stands on the wire.

    `keys` are the wire keys that the codec reads together; each may list spellings as `a|b`, of which
    the one that the camera shows is written. `only_if_shown` settings are never added to a camera that
    does not show them. One that `follows` a sibling the camera may change, or leave out, with that.
    `source` is the tag of the reference. `factory` is what a camera comes with, MISSING where nobody has
    told; it decides only what need not be written out for a camera that is as it came.
    """

    keys: tuple[str, ...]
    codec: Codec = SAME
    when: When | None = None
    only_if_shown: bool = False
    impact: tuple[Impact, ...] | None = None
    factory: Any = MISSING
    source: str = "cgi"
    follows: str = ""


@dataclass(frozen=True, slots=True)
class Nested:
    """The wire object in which a section of its own stands."""

    key: str


def wire(  # noqa: PLR0913 - one line declares everything that is known of a setting
    keys: str | tuple[str, ...],
    says: str,
    *,
    codec: Codec = SAME,
    when: When | None = None,
    only_if_shown: bool = False,
    impact: tuple[Impact, ...] | None = None,
    factory: Any = MISSING,
    source: str = "cgi",
    follows: str = "",
    required: bool = False,
    **limits: Any,
) -> Any:
    """Declare a setting; `limits` are pydantic's (`ge`, `le`, `pattern`, `min_length`, `examples` …).

    `required` is for items of a list, which are stated whole or not at all.
    """
    info: Any = Field(default=... if required else None, description=says, **limits)
    spelled = (keys,) if isinstance(keys, str) else keys
    info.metadata.append(
        Wire(spelled, codec, when, only_if_shown, impact, factory, source, follows)
    )
    return info


def nested(key: str, says: str) -> Any:
    """Declare a section that stands in the wire object `key`, or in the same one where that is empty."""
    info: Any = Field(default=None, description=says)
    info.metadata.append(Nested(key))
    return info


@dataclass(frozen=True, slots=True)
class Complaint:
    """A cross-field rule is broken; `paths` are relative to the section, the likeliest culprit first.

    A path may point into a list: `privacy_masks.regions[2]`, `inference[0].classes`.
    """

    rule: str
    paths: tuple[str, ...]
    message: str
    hint: str | None = None


View = Callable[[str], Any]
Rule = Callable[[View], Iterator[Complaint]]


class Section(BaseModel):
    """A mapping of settings; every key optional, an absent one is left as the camera has it.

    `rules` are asked of the target, offline of what is declared: a rule speaks only when every value
    it needs is known (`view(path)` answers None for the others).
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    rules: ClassVar[tuple[Rule, ...]] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One setting inside a section: `path` in YAML, `keys` from the section's wire object.

    The path is empty where one word stands for the whole section.
    """

    path: str
    keys: tuple[str, ...]
    wire: Wire


Wished = tuple[Leaf, Any]


def section_type(annotation: object) -> type[Section] | None:
    """The section that a field annotated `Section | None` holds, None for a plain value."""
    options = get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else ()
    for option in (annotation, *options):
        if isinstance(option, type) and issubclass(option, Section):
            return option
    return None


class Fragment(Section):
    """Part of an object as the camera spells it, keys and values as in its JSON."""

    model_config = ConfigDict(extra="allow")


@cache
def leaves(section: type[Section]) -> tuple[Leaf, ...]:
    """Every setting of a section that has a place on the wire, in the order of declaration.

    A fragment is one setting, and that is the whole object.
    """
    if issubclass(section, Fragment):
        return (Leaf("", (WHOLE,), Wire((WHOLE,), LAID_OVER)),)
    return tuple(_leaves(section, "", ""))


def _leaves(section: type[Section], path: str, key: str) -> Iterator[Leaf]:
    for name, info in section.model_fields.items():
        for note in info.metadata:
            if isinstance(note, Wire):
                yield Leaf(path + name, tuple(_below(key, each) for each in note.keys), note)
            elif isinstance(note, Nested):
                inner = section_type(info.annotation)
                if inner is None:
                    raise TypeError(f"{section.__name__}.{name} is nested but holds no section")
                within = f"{key}{note.key}." if note.key else key
                yield from _leaves(inner, f"{path}{name}.", within)


def _below(prefix: str, keys: str) -> str:
    return "|".join(prefix + each for each in keys.split("|"))


Values = Mapping[str, Any]

# A conversation of reads: yields paths, receives parsed answers, returns the document they make.
Reads = Callable[[], Generator[str, Json, Json]]


def without(*keys: str) -> Callable[[Json], Json]:
    """A shape that leaves out these top-level keys."""
    return lambda body: {key: value for key, value in body.items() if key not in keys}


@dataclass(frozen=True, slots=True)
class Resource:
    """One object of the camera that is read, and written, as a whole.

    `path` is where its section stands below `config`, `address` the name under which plans show it.
    `get` is read (or `reads`, where one answer is not enough); the object stands at `at` inside the
    answer; `method` `put` writes it back whole, less what `shape` takes out because the camera must
    not be sent it.
    `edits` is the scene whose edit mode a write needs; `flow` names the conversation that writes it
    where one request is not enough. `settles` is how long, in seconds, the camera may take to show
    what was written; `pending` says of the object what the camera is still busy with, None when it
    is done. `volatile` names top-level wire keys that move by themselves.

    `whole` is a setting that is said in place of the section. `warns` says what people should know
    of a change: the targets of what moves, by leaf path, and the raw object.

    `confirm` tells that a change needs more than approval, if it is one that `confirm_when` picks: the
    leaf path below `path`, what the setting becomes, and the raw object, None where that is not
    known. `confirm_at` is the path to be confirmed where that is not the address, `confirm_why` what
    people are told.

    `beside` is the address of the resource whose object this one completes: where both are written,
    they are one request. After a `barrier` everything is read and compared again before anything
    else is written; `move` names the way in which the camera may have to be found again.
    """

    path: str
    section: type[Section]
    stage: Stage
    get: str = ""
    at: tuple[str | int, ...] = ()
    method: str = "PUT"
    put: str = ""
    address: str = ""
    shape: Callable[[Json], Json] = defaults.whole
    edits: int | None = None
    impact: tuple[Impact, ...] = (Impact.NONE,)
    settles: float = 5.0
    pending: Callable[[Json], str | None] = defaults.nothing_pending
    volatile: tuple[str, ...] = ()
    reads: Reads | None = None
    flow: str | None = None
    whole: Leaf | None = None
    confirm: bool = False
    confirm_when: Callable[[str, Json, Json], bool] = defaults.always
    confirm_at: str = ""
    confirm_why: str = ""
    warns: Callable[[Values, Json], Iterator[str]] = defaults.no_warning
    beside: str = ""
    barrier: bool = False
    move: str | None = None

    def __post_init__(self) -> None:
        if not self.address:
            object.__setattr__(self, "address", self.path)

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Its settings; their paths are relative to `path`."""
        return leaves(self.section) if self.whole is None else (self.whole,)

    def path_of(self, leaf: Leaf | str) -> str:
        """The path below `config` of one of its settings, or of a path inside one."""
        path = leaf.path if isinstance(leaf, Leaf) else leaf
        return f"{self.path}.{path}" if path else self.path

    def factory(self, leaf: Leaf) -> Any:
        """The value that a camera comes with; MISSING where nobody has told."""
        value, own = leaf.wire.factory, self.path.rpartition(".")[2]
        return value.values.get(own, MISSING) if isinstance(value, Each) else value

    def documents(self) -> Generator[str, Json, Json]:
        """The reads that make the document in which its object stands."""
        if self.reads is not None:
            return (yield from self.reads())
        return (yield self.get)


@dataclass(frozen=True, slots=True)
class FlowShape:
    """A conversation as far as a plan needs to know it.

    `arguments(targets, differing, live)`, each by leaf path, are what the conversation is started
    with, and `bodies(raw, patched)` are further ones, made from the object as it was read and with
    every target in it; `preview(arguments)` lists the writes it will make: method, path, summary,
    masked body.
    """

    arguments: Callable[[Values, set[str], Values], dict[str, Any]]
    preview: Callable[[Values], Iterator[tuple[str, str, str, Json]]]
    bodies: Callable[[Json, Json], dict[str, Any]] = defaults.nothing_more


@dataclass(frozen=True, slots=True)
class Context:
    """Something read beside the managed settings because a rule or a codec needs it.

    It is read only when what is declared calls for it. A camera that refuses to tell leaves it out of
    `around`, and what needs it is then not checked.
    """

    name: str
    says: str
    wanted: Callable[[Declared], bool]
    reads: Reads


def dig(document: Json, at: tuple[str | int, ...]) -> Json:
    """The part of a document at a pointer; MISSING where the camera does not show it."""
    for step in at:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return document


def spelling(raw: Json, keys: str) -> tuple[str, ...]:
    """The path of the spelling that `raw` shows among `a.b|a.c`; the first one where it shows none."""
    first, *others = candidates = spellings(keys)
    if not others:
        return first
    return next((each for each in candidates if dig(raw, each) is not MISSING), first)


def shown(raw: Json, leaf: Leaf) -> tuple[Json, ...]:
    """The raw values of a setting, MISSING where the camera does not show a key."""
    return tuple([dig(raw, spelling(raw, keys)) for keys in leaf.keys])


def decode(raw: Json, leaf: Leaf, around: Around = NOTHING_AROUND) -> Any:
    """The value of one setting as YAML would say it.

    MISSING where the camera does not show it; `Unknown` with the raw values where it shows
    something that the codec does not know.
    """
    values = shown(raw, leaf)
    if MISSING in values and all(value is MISSING for value in values):
        return MISSING
    return leaf.wire.codec.decode(values, around)


def patch(raw: Json, wishes: Iterable[Wished], around: Around = NOTHING_AROUND) -> Json:
    """A copy of the raw object with these settings changed, and nothing else.

    Values take the JSON type, and keys the spelling, that the raw object shows.
    """
    patched = copied(raw)
    for leaf, value in wishes:
        if leaf.keys == (WHOLE,):
            (patched,) = leaf.wire.codec.encode(value, (patched,), around)
            continue
        encoded = leaf.wire.codec.encode(value, shown(raw, leaf), around)
        for keys, item in zip(leaf.keys, encoded, strict=True):
            if item is not MISSING:
                _place(patched, spelling(raw, keys), item)
    return patched


def _place(document: Json, path: tuple[str, ...], value: Json) -> None:
    *parents, last = path
    for step in parents:
        if not isinstance(document.get(step), dict):
            document[step] = {}
        document = document[step]
    document[last] = value


def is_known(value: object) -> bool:
    """Whether a decoded value says something: neither missing nor outside what the codec knows."""
    return value is not MISSING and not isinstance(value, Unknown)
