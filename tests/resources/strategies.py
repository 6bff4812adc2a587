"""Legal values and raw spellings of every setting, read off its declaration."""

import re
from enum import Enum
from types import UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

from hypothesis import settings
from hypothesis import strategies as st

from recamera_gitops.resources.base import Section, section_type
from recamera_gitops.resources.catalog import LEAVES, RESOURCES
from recamera_gitops.resources.codecs import Number, Position, Real, Switch, Words
from recamera_gitops.resources.codecs import TimeOfDay as Clock
from recamera_gitops.resources.values import MISSING

OWNER = {resource.path_of(leaf): resource for resource in RESOURCES for leaf in resource.leaves}
# Settings that one request writes; the others are written by a conversation.
PLAIN = sorted(path for path, resource in OWNER.items() if resource.flow is None)
_NO_LIMIT = 100_000
_LETTERS = st.characters(exclude_categories=["Cs"])
_TEXT = st.text(_LETTERS, max_size=20)
# For tests that are run once per setting: together they see many examples anyway.
FEW = settings(max_examples=max(5, settings.default.max_examples // 4))


def info_of(path):
    """The pydantic field behind a leaf path."""
    section = OWNER[path].section
    *parents, last = path.removeprefix(OWNER[path].path + ".").split(".")
    for step in parents:
        section = section_type(section.model_fields[step].annotation)
    return section.model_fields[last]


def limit(notes, name, default=None):
    """What one of pydantic's notes says under a name: `ge`, `max_length`, `pattern` …"""
    found = (getattr(note, name, None) for note in notes)
    return next((each for each in found if each is not None), default)


def plain_type(annotation, metadata=()):
    """The annotation without None and Annotated, and every note that was found on the way.

    A union of more than one kind stays one.
    """
    if get_origin(annotation) is Annotated:
        inner, *notes = get_args(annotation)
        more = [each for note in notes for each in getattr(note, "metadata", [note])]
        return plain_type(inner, [*metadata, *more])
    if get_origin(annotation) in (Union, UnionType):
        kinds = [each for each in get_args(annotation) if each is not type(None)]
        if len(kinds) == 1:
            return plain_type(kinds[0], metadata)
    return annotation, list(metadata)


def legal(path):
    """Every value that YAML may say at a path."""
    info = info_of(path)
    return of_type(info.annotation, info.metadata)


def of_type(annotation, metadata=()):  # noqa: PLR0911 - one line for each kind
    kind, notes = plain_type(annotation, metadata)
    if get_origin(kind) in (Union, UnionType):
        kinds = (each for each in get_args(kind) if each is not type(None))
        return st.one_of(*(of_type(each, notes) for each in kinds))
    if get_origin(kind) is Literal:
        return st.sampled_from(get_args(kind))
    if kind is bool:
        return st.booleans()
    if kind is int:
        return st.integers(limit(notes, "ge", 0), limit(notes, "le", _NO_LIMIT))
    if kind is float:
        low = limit(notes, "ge", limit(notes, "gt", 0))
        above = limit(notes, "gt") is not None
        return st.floats(low, limit(notes, "le", 1), exclude_min=above, width=32)
    if kind is str:
        return texts(notes)
    if get_origin(kind) is list:
        sizes = {
            "min_size": limit(notes, "min_length", 0),
            "max_size": limit(notes, "max_length", 4),
        }
        return st.lists(of_type(get_args(kind)[0]), **sizes)
    return st.sampled_from(kind).map(str) if issubclass(kind, Enum) else items(kind)


def texts(notes):
    pattern = limit(notes, "pattern")
    low, high = limit(notes, "min_length", 0), limit(notes, "max_length", 20)
    if pattern is None:
        return st.text(_LETTERS, min_size=low, max_size=high)
    return st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True).filter(one_line)


def one_line(text):
    return "\n" not in text


def items(section: type[Section]):
    """Mappings of a section whose required keys are there and whose others may be."""
    required, optional = {}, {}
    for name, info in section.model_fields.items():
        chosen = required if info.is_required() else optional
        chosen[name] = of_type(info.annotation, info.metadata)
    return st.fixed_dictionaries(required, optional=optional)


def boundaries(path):
    """A few values with nothing legal beyond them, for walking a setting through its range."""
    kind, notes = plain_type(info_of(path).annotation, info_of(path).metadata)
    if get_origin(kind) is Literal:
        return list(get_args(kind))
    if kind is bool:
        return [False, True]
    if kind is int:
        low, high = limit(notes, "ge", 0), limit(notes, "le", _NO_LIMIT)
        return sorted({low, (low + high) // 2, high})
    return []


# What the camera may show: the same value in every JSON type and spelling that its codec reads.


def spellings(codec, raw):
    """Raw values that mean the same as the encoded value `raw` of one key."""
    if isinstance(codec, Switch):
        number = int(raw if isinstance(raw, (bool, int)) else raw == "true")
        return [number, bool(number), "true" if number else "false", str(number), float(number)]
    if isinstance(codec, (Number, Clock)):
        return [int(raw), str(int(raw)), float(raw)]
    if isinstance(codec, (Real, Position)):
        whole = [int(raw)] if float(raw).is_integer() else []
        return [float(raw), str(float(raw)), *whole]
    if isinstance(codec, Words):
        return words(codec, raw)
    return [raw]


def words(codec, raw):
    word = next(each for each, wire in codec.words.items() if wire == raw)
    same = [vocabulary[word] for vocabulary in codec.also if word in vocabulary]
    typed = [raw, str(raw), float(raw)] if type(raw) is int else [raw]
    return [*typed, *same]


def shown_as(path, value):
    """Tuples of raw values with which a camera may show this value, and MISSING for a bare camera."""
    leaf = LEAVES[path]
    codec = leaf.wire.codec
    bare = (MISSING,) * len(leaf.keys)
    encoded = codec.encode(value, bare, {})
    each = [spellings(codec, raw) if raw is not MISSING else [MISSING] for raw in encoded]
    return st.one_of(st.just(bare), st.tuples(*(st.sampled_from(options) for options in each)))


# Whatever a camera may show beside what we know.
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)


EXTRAS = st.dictionaries(_TEXT.map("vendor-{}".format), JSON, max_size=2)


def crowded(raw, extras):
    """The object with unknown keys in it and in every object inside it."""
    if not isinstance(raw, dict):
        return raw
    return {**{key: crowded(value, extras) for key, value in raw.items()}, **extras}
