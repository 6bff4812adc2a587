"""Files in their one form: keys in the order of the declarations, one style, every comment kept.

What a file means never changes: the result is read again and held against the text that it came from.
"""

import re
from typing import Final

from pydantic import BaseModel

from recamera_gitops.desired.document import LINE_END, parse
from recamera_gitops.desired.fields import field_names
from recamera_gitops.desired.nodes import Mapping, Node, Scalar, Step
from recamera_gitops.desired.printing import printed
from recamera_gitops.desired.written import Collection, Document, Entry, Part, documents

# Comments that are addressed to a program, which looks for them before everything else in a file.
_MODELINE: Final = re.compile(r"#\s*(yaml-language-server:|-\*-|vim?:|rcg:\s*ignore-file\b)")


def formatted(text: str, model: type[BaseModel]) -> str | None:
    """The text in its one form, None where that would change what it means.

    The text is one that `document.parse` has nothing against; `model` is what its documents declare.
    """
    found = documents(LINE_END.sub("\n", text))
    for document in found:
        _arrange(document, model)
    result = printed(found)
    return result if _means_the_same(text, result) else None


def _means_the_same(text: str, result: str) -> bool:
    (before, _), (after, wrong) = parse(text.encode(), ""), parse(result.encode(), "")
    return not wrong and len(before) == len(after) and all(map(same, before, after))


def same(one: Node, other: Node) -> bool:
    """Whether two nodes say the same, wherever they stand and in whatever order their keys are."""
    if isinstance(one, Scalar) or isinstance(other, Scalar):
        return _said(one) == _said(other)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        keys = one.items.keys()
        return keys == other.items.keys() and all(same(one.items[k], other.items[k]) for k in keys)
    if isinstance(one, Mapping) or isinstance(other, Mapping):
        return False
    return len(one.items) == len(other.items) and all(map(same, one.items, other.items))


def _said(node: Node) -> tuple[object, ...]:
    return (type(node.value), node.value, node.text) if isinstance(node, Scalar) else (node,)


def _arrange(document: Document, model: type[BaseModel]) -> None:
    """Put keys into their order, and comments where they belong."""
    if isinstance(document.root, Collection) and document.root.entries:
        _share(document, document.root.entries[0])
        _order(document.root, model, ())
    document.header.sort(key=lambda comment: _MODELINE.match(comment.text) is None)


def _share(document: Document, first: Entry) -> None:
    """Leave to the document the comments that are not about its first key.

    Those are the ones with a blank line below them, and the ones addressed to a program.
    """
    comments = document.header
    apart = [index for index, comment in enumerate(comments) if comment.is_apart]
    kept = len(comments) if document.is_apart else max(apart, default=0)
    own = [each for each in comments[kept:] if not _MODELINE.match(each.text)]
    document.header = [each for each in comments if not any(each is other for other in own)]
    document.is_apart = document.is_apart or (kept > 0 and bool(own) and own[0].is_apart)
    first.above = [*own, *first.above]


def _order(part: Part, model: type[BaseModel], steps: tuple[Step, ...]) -> None:
    if not isinstance(part, Collection):
        return
    if part.is_mapping:
        _sort(part, field_names(model, steps))
    for index, entry in enumerate(part.entries):
        _order(entry.value, model, (*steps, index if entry.key is None else entry.key.value))


def _sort(mapping: Collection, names: tuple[str, ...]) -> None:
    """Sort the entries by these names, the others behind; blank lines go with them."""
    ranks = {name: rank for rank, name in enumerate(names)}
    before = mapping.entries
    after = sorted(before, key=lambda entry: ranks.get(_name(entry), len(ranks)))
    if [_name(entry) for entry in before] == [_name(entry) for entry in after]:
        return
    if len(before) > 1:
        before[0].begin(apart=before[1].begins_apart)
    mapping.entries = after


def _name(entry: Entry) -> str:
    return "" if entry.key is None else entry.key.value
