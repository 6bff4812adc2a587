"""References inside strings: where they may stand, and those that are filled in at once.

`${var:…}`, `${device}` and `${label:…}` may stand in any string and are filled in while loading.
The other kinds carry secrets: they stand only in secret fields, become a `Template`, and are looked up
at the last moment. A variable may use `${device}` and `${label:…}` but no other variable, so that
nothing can be circular or grow without end.
"""

import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Keyed
from dataclasses import dataclass, replace
from operator import is_
from typing import Final, TypeAlias

from recamera_gitops.desired.messages import IsSecret, did_you_mean, echo
from recamera_gitops.desired.nodes import Mapping, Node, Scalar, Sequence, below, moved, scalars
from recamera_gitops.desired.notation import (
    MASK,
    SECRET_KINDS,
    BadReference,
    Kind,
    Part,
    Reference,
    parse,
)
from recamera_gitops.errors import Diagnostic, Place
from recamera_gitops.rules import Severity

_MOST_TEXT: Final = 1 << 20
# What decides which reference means what cannot be a reference itself; nor can what has no device, or
# what is laid over something else before references are filled in.
_FIXED: Final = re.compile(
    r"(device|fleet|profile|labels|profiles|extends|defaults\.profiles|drift|rollout|policy)\b"
    r"|(variables|config|defaults|(defaults\.)?connection)$"
)


@dataclass(frozen=True, slots=True, repr=False)
class Template:
    """A secret before it is resolved: literal text and references, at the place of its field."""

    parts: tuple[Part, ...]
    place: Place
    path: str

    @property
    def references(self) -> tuple[Reference, ...]:
        """The references, in order."""
        return tuple(part for part in self.parts if isinstance(part, Reference))

    def __repr__(self) -> str:
        return f"Template({self.path})"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What `${device}`, `${label:…}` and `${var:…}` stand for."""

    device: str
    labels: Keyed[str, str]
    variables: Keyed[str, Scalar]


def may_refer(path: str) -> bool:
    """Whether a reference may stand at a path of a document."""
    return _FIXED.match(path) is None


def has_reference(scalar: Scalar) -> bool:
    """Whether a scalar is text with anything that looks like a reference."""
    return isinstance(scalar.value, str) and "${" in scalar.value


def references_in(scalar: Scalar) -> tuple[Reference, ...]:
    """The references in a scalar, in order; none where it is no text, or not a proper one."""
    if not has_reference(scalar):
        return ()
    try:
        parts = parse(str(scalar.value))
    except BadReference:
        return ()
    return tuple(part for part in parts if isinstance(part, Reference))


def masked(text: str) -> str:
    """The text of a secret field with its references as they are written, and nothing else of it."""
    try:
        parts = parse(text)
    except BadReference:
        return MASK
    return "".join(part.written() if isinstance(part, Reference) else MASK for part in parts)


def examine(
    node: Node, is_secret: IsSecret, *, may_be_literal: Callable[[str], bool], path: str = ""
) -> Iterator[Diagnostic]:
    """What is wrong with the references of a document, as far as it shows without a device."""
    for where, scalar in scalars(node, path):
        if not isinstance(scalar.value, str) or scalar.reported:
            continue
        secret = is_secret(where)
        if not secret and "${" not in scalar.value:
            continue
        if not may_refer(where):
            message = "a reference cannot stand here"
            yield Diagnostic(
                "bad-reference", message, where, scalar.place, "write the value itself"
            )
            continue
        for rule, message, hint in _examined(scalar.value, where, secret, may_be_literal(where)):
            severity = Severity.WARNING if rule == _WRITTEN_DEFAULT else Severity.ERROR
            yield Diagnostic(rule, message, where, scalar.place, hint, severity)


_WRITTEN_DEFAULT: Final = "written-default"
_Problem: TypeAlias = tuple[str, str, str | None]


def _examined(text: str, path: str, secret: bool, literal: bool) -> Iterator[_Problem]:  # noqa: FBT001
    try:
        parts = parse(text)
    except BadReference as error:
        yield "bad-reference", str(error), error.hint
        return
    kinds = {part.kind for part in parts if isinstance(part, Reference)}
    if secret:
        if text and not literal and _is_literal(parts):
            hint = "use ${env:NAME} or ${file:path}, or set policy.literal_secrets: true"
            yield "literal-secret", "a secret is written out here", hint
        elif not literal and any(part.default for part in parts if isinstance(part, Reference)):
            yield _WRITTEN_DEFAULT, "the default of this reference is a secret written out", None
    else:
        yield from _misplaced(kinds, path)


def _misplaced(kinds: set[Kind], path: str) -> Iterator[_Problem]:
    for kind in sorted(kinds & SECRET_KINDS):
        message = f"${{{kind}:…}} carries a secret, and this field is shown to anyone"
        yield "misplaced-secret", message, "only passwords, tokens, keys and push URLs may use it"
    if Kind.VAR in kinds and re.match(r"(.*\.)?variables\.", path):
        message = "a variable cannot use another variable"
        yield "bad-reference", message, "it may use ${device} and ${label:…}"


def _is_literal(parts: tuple[Part, ...]) -> bool:
    references = (part for part in parts if isinstance(part, Reference))
    return not any(each.kind in SECRET_KINDS for each in references)


class Filling:
    """One device's document with its variables, labels and name filled in.

    `templates` holds what stood in secret fields, by path; `diagnostics` what could not be filled in.
    """

    def __init__(self, surroundings: Surroundings, is_secret: IsSecret) -> None:
        self.templates: dict[str, Template] = {}
        self.diagnostics: list[Diagnostic] = []
        self._surroundings = surroundings
        self._is_secret = is_secret
        self._room = _MOST_TEXT

    def filled(self, document: Mapping) -> Mapping:
        """The document without references; secrets are marked as reported: nothing reads them."""
        return replace(document, items={k: self._node(v, k) for k, v in document.items.items()})

    def _node(self, node: Node, path: str) -> Node:
        if isinstance(node, Scalar):
            return self._scalar(node, path)
        if isinstance(node, Sequence):
            items = tuple([self._node(i, below(path, n)) for n, i in enumerate(node.items)])
            return node if all(map(is_, items, node.items)) else replace(node, items=items)
        filled = {k: self._node(v, below(path, k)) for k, v in node.items.items()}
        same = all(map(is_, filled.values(), node.items.values()))
        return node if same else replace(node, items=filled)

    def _scalar(self, node: Scalar, path: str) -> Scalar:
        if not isinstance(node.value, str) or node.reported:
            return node
        secret = self._is_secret(path)
        if not secret and "${" not in node.value:
            return node
        try:
            parts = parse(node.value)
        except BadReference:
            return replace(node, reported=True)
        if secret:
            filled = tuple(self._part(part, node.place, path) for part in parts)
            self.templates[path] = Template(filled, node.place, path)
            return replace(node, reported=True)
        return self._filled(node, parts, path)

    def _filled(self, node: Scalar, parts: tuple[Part, ...], path: str) -> Scalar:
        if len(parts) == 1 and isinstance(parts[0], Reference) and parts[0].kind is Kind.VAR:
            found = self._variable(parts[0], node.place, path)
            return replace(node, reported=True) if found is None else moved(found, node.place)
        texts = [self._part(part, node.place, path) for part in parts]
        if not all(isinstance(text, str) for text in texts):
            return replace(node, reported=True)
        text = "".join(str(text) for text in texts)
        self._room -= len(text)
        if self._room < 0:
            self._report("too-large", "the filled-in text of this device is too long", node, path)
            return replace(node, reported=True)
        return replace(node, value=text, text=text, plain=False)

    def _report(self, rule: str, message: str, node: Scalar, path: str) -> None:
        self.diagnostics.append(Diagnostic(rule, message, path, node.place))

    def _part(self, part: Part, place: Place, path: str) -> Part:
        """The text of a part; references that carry secrets, or lead nowhere, stay as they are."""
        if isinstance(part, str) or part.kind in SECRET_KINDS:
            return part
        if part.kind is Kind.DEVICE:
            return self._surroundings.device
        if part.kind is Kind.LABEL:
            return self._label(part, place, path)
        found = self._variable(part, place, path)
        if found is None:
            return part
        return found.value if isinstance(found.value, str) else found.text

    def _label(self, part: Reference, place: Place, path: str) -> Part:
        labels = self._surroundings.labels
        if part.name in labels:
            return labels[part.name]
        message = f"this device has no label {echo(part.name)}"
        hint = did_you_mean(part.name, labels)
        self.diagnostics.append(Diagnostic("unknown-label", message, path, place, hint))
        return part

    def _variable(self, part: Reference, place: Place, path: str) -> Scalar | None:
        found = self._surroundings.variables.get(part.name)
        if found is None:
            message = f"there is no variable {echo(part.name)}"
            hint = did_you_mean(part.name, self._surroundings.variables)
            self.diagnostics.append(Diagnostic("unknown-variable", message, path, place, hint))
            return None
        if found.reported or not has_reference(found):
            return None if found.reported else found
        return self._inner(found, part.name)

    def _inner(self, variable: Scalar, name: str) -> Scalar | None:
        """A variable's own value with the device and its labels filled in."""
        try:
            parts = parse(str(variable.value))
        except BadReference:
            return None
        if any(isinstance(p, Reference) and p.kind not in (Kind.DEVICE, Kind.LABEL) for p in parts):
            return None
        path = below("variables", name)
        texts = [self._part(part, variable.place, path) for part in parts]
        if not all(isinstance(text, str) for text in texts):
            return None
        text = "".join(str(text) for text in texts)
        return replace(variable, value=text, text=text, plain=False)
