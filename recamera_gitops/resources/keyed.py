"""Mappings whose keys the files choose, and sections in whose place one word may stand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import Discriminator, Tag

from recamera_gitops.resources.base import Complaint, Resource, Values
from recamera_gitops.resources.codecs import Around

_Mapping = TypeVar("_Mapping")
_Word = TypeVar("_Word")


def _shape_of(value: object) -> str:
    return "word" if isinstance(value, str) else "mapping"


# A section, or one word in its place; complaints are about the one that was meant.
WordOrMapping = Annotated[
    Annotated[_Mapping, Tag("mapping")] | Annotated[_Word, Tag("word")], Discriminator(_shape_of)
]


@dataclass(frozen=True, slots=True)
class Collection:
    """Resources that a mapping declares under keys of its own: one for each key, or two kinds of it.

    `path` is where the mapping stands; a member stands at `path.key`. `key` is the form of a key.
    `member` makes the resource of a section, `word` that of a single word in its place. `annotation`
    is the type of the mapping, `rules` are asked with every value and what is known around them.
    """

    path: str
    key: str
    says: str
    annotation: Any
    member: Callable[[str], Resource]
    word: Callable[[str], Resource]
    rules: tuple[Callable[[Values, Around], Iterator[Complaint]], ...] = ()
