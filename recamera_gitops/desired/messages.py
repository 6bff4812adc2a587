"""A document held against a model, and the model's complaints in words for people.

A value is quoted only where a single plain value stands in a field that is known and not secret; the
value of an unknown key, or whatever stands where a mapping or list should, is never shown.
"""

import difflib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from recamera_gitops.desired.fields import bounds, example, field_names, key_example
from recamera_gitops.desired.nodes import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    Skip,
    Step,
    below,
    child,
    reached,
    scalars,
    value_of,
)
from recamera_gitops.errors import Diagnostic
from recamera_gitops.secret import printable

_LONGEST_ECHO: Final = 60
_KEY_MARK: Final = "[key]"
_ROUTES: Final = "wire"  # the section whose keys nobody knows by heart
_EXPECTED: Final = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "text",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}
_CONTAINERS: Final = ("a list", "a mapping")
_OLD_BOOLEANS: Final = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_OUT_OF_RANGE: Final = {
    "greater_than": ("gt", "greater than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}

Model = TypeVar("Model", bound=BaseModel)
IsSecret = Callable[[str], bool]


def check(
    model: type[Model], node: Node, is_secret: IsSecret, skip: Skip
) -> tuple[Model | None, tuple[Diagnostic, ...]]:
    """The node as the model, and what speaks against it; nothing is said about skipped scalars.

    What is wrong is left out of the model, so that the rest can be looked at all the same; there is
    no model only where something required is missing.
    """
    value = value_of(node, skip)
    made, details = _made(model, node, value)
    found = tuple(_Translation(model, node, is_secret, skip).of(details))
    for _ in range(_ROUNDS):
        for detail in details:
            _leave_out(value, detail["loc"])
        if made is None:
            made, details = _made(model, node, value)
    return made, found


# What is left of a mapping may be wrong too, once: without its only key it says nothing.
_ROUNDS: Final = 2


def _made(
    model: type[Model], node: Node, value: object
) -> tuple[Model | None, list[dict[str, Any]]]:
    """The model, or the details of why there is none."""
    try:
        return model.model_validate_json(json.dumps(value)), []
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
    return None, [_located(node, each) for each in details]


def _located(node: Node, detail: ErrorDetails) -> dict[str, Any]:
    """The detail without the names of alternatives, which stand in no document, in its location."""
    steps: list[Step] = []
    for step in detail["loc"]:
        here, count = reached(node, tuple(steps))
        if count < len(steps) or step not in _ALTERNATIVES or child(here, step) is not None:
            steps.append(step)
    return {**detail, "loc": tuple(steps)}


# The tags of `WordOrMapping`.
_ALTERNATIVES: Final = ("mapping", "word")


def _leave_out(value: Any, steps: tuple[Step, ...]) -> None:  # noqa: ANN401 - any YAML value
    """Remove what stands at the path: the key, or the key whose list it is in."""
    for step, following in zip(steps, (*steps[1:], 0), strict=False):
        if not isinstance(value, dict) or step not in value:
            return
        if isinstance(following, int) or not isinstance(value[step], dict):
            del value[step]
            return
        if following not in value[step]:
            del value[step]
            return
        value = value[step]


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint with the closest known word, None where nothing is close."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"did you mean {echo(close[0])}?" if close else None


def echo(text: str) -> str:
    """Text of the user in quotes, made harmless and short."""
    shown = printable(text)
    return f"'{shown}'" if len(shown) <= _LONGEST_ECHO else f"'{shown[:_LONGEST_ECHO]}…'"


@dataclass(frozen=True, slots=True)
class _Found:
    """One complaint of the model, and the node that it is about."""

    detail: Any
    steps: tuple[Step, ...]
    path: str
    node: Node

    @property
    def kind(self) -> str:
        """The model's name for what is wrong."""
        return str(self.detail["type"])

    @property
    def context(self) -> dict[str, Any]:
        """What the model tells about its expectation."""
        return dict(self.detail.get("ctx", {}))


class _Translation:
    """The complaints of one model about one document."""

    def __init__(self, model: type[BaseModel], root: Node, is_secret: IsSecret, skip: Skip) -> None:
        self._model = model
        self._root = root
        self._is_secret = is_secret
        self._skip = skip

    def of(self, details: Iterable[Any]) -> Iterator[Diagnostic]:
        """One diagnostic for each key or value that something is wrong with."""
        about_values: list[_Found] = []
        for detail in details:
            steps = tuple(detail["loc"])
            node, count = reached(self._root, steps)
            found = _Found(detail, steps[:count], _dotted(steps[:count]), node)
            unknown = found.kind == "extra_forbidden"
            if isinstance(node, Scalar) and self._skip(node) and not unknown:
                continue
            if found.kind == "value_error" and any(self._skip(each) for _, each in scalars(node)):
                continue  # it may be right once the rest of it is known
            if found.kind in ("extra_forbidden", "missing") or _KEY_MARK in steps[count:]:
                yield from self._about_key(found, str(steps[-1]))
            else:
                about_values.append(found)
        for _, group in groupby(about_values, key=lambda each: each.steps):
            yield self._about_value(list(group))

    def _about_key(self, found: _Found, key: str) -> Iterator[Diagnostic]:
        if found.kind == "missing":
            if isinstance(found.node, Mapping) and key not in found.node.items:
                message = f"{echo(key)} is missing"
                yield Diagnostic(
                    "missing-key", message, below(found.path, key), found.node.place, None
                )
            return
        name = str(found.steps[-1])
        parent, _ = reached(self._root, found.steps[:-1])
        place = parent.keys[name] if isinstance(parent, Mapping) else parent.place
        if key == _KEY_MARK:
            message = f"{echo(name)} cannot be used as a name here"
            shown = key_example(self._model, found.steps[:-1])
            allowed = _form(shown) or "letters, digits, dots, dashes and underscores"
            yield Diagnostic("bad-name", message, found.path, place, allowed)
            return
        known = field_names(self._model, found.steps[:-1])
        hint = did_you_mean(name, known)
        if hint is None and found.steps[-2:-1] == (_ROUTES,):
            hint = f"the camera can be written at {', '.join(sorted(known))}"
        yield Diagnostic("unknown-key", f"unknown key {echo(name)}", found.path, place, hint)

    def _about_value(self, group: list[_Found]) -> Diagnostic:
        first = group[0]
        rule, message, hint = self._worded(group)
        return Diagnostic(rule, message, first.path, first.node.place, hint)

    def _worded(self, group: list[_Found]) -> tuple[str, str, str | None]:
        telling = [each for each in group if each.kind not in (*_EXPECTED, "literal_error", "enum")]
        if telling:
            return self._constraint(telling[0])
        words = [word for each in group for word in _choices(each)]
        kinds = [_EXPECTED[each.kind] for each in group if each.kind in _EXPECTED]
        if kinds:
            return self._type(group[0], [*kinds, *words])
        return self._choice(group[0], words)

    def _choice(self, found: _Found, words: list[str]) -> tuple[str, str, str | None]:
        shown = self._shown(found)
        text = found.node.text if isinstance(found.node, Scalar) else ""
        hint = did_you_mean(text, words) if shown else None
        message = f"{shown or _kind_of(found.node)} is not one of {', '.join(words)}"
        return "not-one-of", message, hint

    def _type(self, found: _Found, expected: list[str]) -> tuple[str, str, str | None]:
        wanted = " or ".join(dict.fromkeys(expected))
        shown = None if set(expected) & set(_CONTAINERS) else self._shown(found)
        if shown is None:
            message = f"expected {wanted}, found {_kind_of(found.node)}"
        else:
            message = f"{shown} is not {wanted}"
        return "wrong-type", message, self._type_hint(found, expected)

    def _type_hint(self, found: _Found, expected: list[str]) -> str | None:
        node = found.node
        if not isinstance(node, Scalar):
            return None
        if "text" in expected and node.plain and node.value is not None:
            secret = self._is_secret(found.path)
            return "put it in quotes" if secret else f'put it in quotes: "{printable(node.text)}"'
        if "true or false" in expected:
            word = _OLD_BOOLEANS.get(node.text.lower())
            return f"write {word}" if word else None
        quoted = not node.plain and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", node.text)
        return "remove the quotes" if quoted and "number" in expected[0] else None

    def _constraint(self, found: _Found) -> tuple[str, str, str | None]:
        if found.kind in _OUT_OF_RANGE:
            return "out-of-range", f"{self._subject(found)} is {self._range(found)}", None
        if found.kind == "string_pattern_mismatch":
            hint = _form(self._hint(found))
            return "bad-form", f"{self._subject(found)} is not of the form expected here", hint
        if found.kind in _LENGTHS:
            return "bad-length", _LENGTHS[found.kind].format(**found.context), None
        if found.kind == "value_error" and not self._is_secret(found.path):
            message, _, hint = str(found.context["error"]).partition("\n")
            return "bad-value", message, hint or None
        return "bad-value", f"{self._subject(found)} is not acceptable here", None

    def _range(self, found: _Found) -> str:
        low, high = bounds(self._model, found.steps)
        if low is not None and high is not None:
            return f"not between {low:g} and {high:g}"
        key, words = _OUT_OF_RANGE[found.kind]
        return f"not {words} {found.context[key]:g}"

    def _hint(self, found: _Found) -> Any:  # noqa: ANN401 - examples are of any type
        return example(self._model, found.steps)

    def _subject(self, found: _Found) -> str:
        return self._shown(found) or "the value"

    def _shown(self, found: _Found) -> str | None:
        """The value as it may be quoted, None where it must not be."""
        node = found.node
        if not isinstance(node, Scalar) or self._is_secret(found.path):
            return None
        if isinstance(node.value, str):
            return echo(node.value)
        return printable(node.text)[:_LONGEST_ECHO]


_LENGTHS: Final = {
    "string_too_short": "the text must have at least {min_length} characters",
    "string_too_long": "the text must have at most {max_length} characters",
    "too_short": "the list must have at least {min_length} entries",
    "too_long": "the list must have at most {max_length} entries",
}


def _choices(found: _Found) -> list[str]:
    """The words of `'auto', 'manual' or 3`, as the model lists what it accepts."""
    if found.kind not in ("literal_error", "enum"):
        return []
    listed = str(found.context["expected"])
    return [a or b for a, b in re.findall(r"'([^']*)'|(-?[0-9][^\s,]*)", listed)]


def _form(shown: Any) -> str | None:  # noqa: ANN401 - examples are of any type
    return None if shown is None else f"for example {shown}"


def _kind_of(node: Node) -> str:
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    if node.value is None:
        return "null"
    if isinstance(node.value, bool):
        return "true or false"
    return "text" if isinstance(node.value, str) else "a number"


def _dotted(steps: tuple[Step, ...]) -> str:
    path = ""
    for step in steps:
        path = below(path, step)
    return path


def under(prefix: str, diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The same complaints with their paths below a prefix."""
    return (replace(d, path=below(prefix, d.path) if d.path else prefix) for d in diagnostics)
