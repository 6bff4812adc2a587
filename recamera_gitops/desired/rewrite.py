"""Values changed in the text of a YAML file, and nothing else: comments, order and layout are kept. Pure.

A value takes over the quotes of the one before it where they can carry it. What was written is read
again before it is handed out: a text that would not say exactly what was asked for is never returned.
"""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from recamera_gitops.desired.document import parse
from recamera_gitops.desired.fields import field_names
from recamera_gitops.desired.layout import Part, documents
from recamera_gitops.desired.members import alike
from recamera_gitops.desired.models import DeviceFile
from recamera_gitops.desired.splices import Order, Splicing, Steps
from recamera_gitops.exchange import Json


class _Removed(Enum):
    """The key, or the member of a list, is to go."""

    REMOVED = "removed"


REMOVED: Final = _Removed.REMOVED
Document: TypeAlias = int | str


class NotRewritable(ValueError):
    """The text cannot be changed like this; the message quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One value to be changed: in a document by its number or by the name of its device.

    `steps` lead to it from the root of the document, also through what is not there yet, or is only
    a single value. Positions in lists are those before any edit.
    """

    document: Document
    steps: Steps
    value: Json | _Removed


def declared_order(steps: Steps) -> tuple[str, ...]:
    """The keys that a mapping of a device or profile may have, in the order of their declaration."""
    return field_names(DeviceFile, steps)


def rewritten(content: bytes, edits: Iterable[Edit], order: Order = declared_order) -> bytes:
    """The file with these values changed.

    A new key stands behind its last sibling, or where `order` has it if its siblings keep to that. Raises
    NotRewritable for what is no YAML, an edit that leads nowhere, and a layout that cannot take it.
    """
    if parse(content, "")[1]:
        raise NotRewritable("the file is not valid YAML")
    text = content.decode("utf-8")
    parts = documents(text)
    wanted = _wanted(parts, edits)
    newline = "\r\n" if "\r\n" in text[: text.find("\n") + 1] else "\n"
    ended = text if text.endswith("\n") else text + newline
    splicing = Splicing(ended, newline, order)
    for part, value in zip(parts, wanted, strict=True):
        splicing.change(part, value)
    result = _spliced(ended, splicing)
    result = result if text.endswith("\n") else result.removesuffix(newline)
    _proven(result, wanted)
    return result.encode("utf-8")


def _wanted(parts: list[Part], edits: Iterable[Edit]) -> list[Json]:
    """What every document is to say."""
    values = [part.value() for part in parts]
    removals: list[tuple[Json, int]] = []
    for edit in edits:
        number = _number(values, edit.document)
        if edit.steps:
            _set(values, (number, *edit.steps), edit.value, removals)
        elif edit.value is not REMOVED:
            values[number] = copy.deepcopy(edit.value)
    for holder, index in sorted(removals, key=lambda each: -each[1]):
        del holder[index]
    return values


def _number(values: list[Json], document: Document) -> int:
    if isinstance(document, int):
        found = [document] if 0 <= document < len(values) else []
    else:
        named = enumerate(each.get("device") if isinstance(each, dict) else None for each in values)
        found = [number for number, name in named if name == document]
    if len(found) != 1:
        raise NotRewritable("there is no such document")
    return found[0]


def _set(holder: Json, steps: Steps, value: Json, removals: list[tuple[Json, int]]) -> None:
    step, *rest = steps
    if isinstance(step, int) and not (isinstance(holder, list) and 0 <= step < len(holder)):
        raise NotRewritable("there is no such member of a list")
    if rest:
        inner = holder[step] if isinstance(step, int) else holder.get(step)
        wanted = list if isinstance(rest[0], int) else dict
        if not isinstance(inner, wanted):
            if value is REMOVED:
                return
            inner = wanted()
            holder[step] = inner
        _set(inner, tuple(rest), value, removals)
    elif value is not REMOVED:
        holder[step] = copy.deepcopy(value)
    elif isinstance(step, int):
        removals.append((holder, step))
    else:
        holder.pop(step, None)


def _spliced(text: str, splicing: Splicing) -> str:
    done: list[str] = []
    position = 0
    for splice in splicing.splices:
        if splice.start < position:
            raise NotRewritable("the layout of the file cannot take this change")
        done += (text[position : splice.start], splice.text)
        position = splice.end
    return "".join((*done, text[position:]))


def _proven(text: str, wanted: list[Json]) -> None:
    if parse(text.encode("utf-8", "surrogatepass"), "")[1] or not all(
        map(alike, (part.value() for part in documents(text)), wanted)
    ):
        raise NotRewritable("the layout of the file cannot take this change")
