"""What a field accepts: the words that the tables of the domain modules are written in.

JSON types are strict: `true` is no number, `1.0` is no integer, `"30"` is no 30 [cgi].
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """One value: whether it is accepted, and what is expected instead."""

    accepts: Callable[[object], bool]
    expects: str


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of such entries, at most `most` of them."""

    entry: "Shape"
    most: int | None = None


Shape = Field | ListOf | Mapping[str, "Shape"]


def whole(low: int, high: int | None = None) -> Field:
    """An integer within the bounds."""

    def accepts(value: object) -> bool:
        return type(value) is int and low <= value and (high is None or value <= high)

    return Field(accepts, f"an integer from {low} to {high}")


def real(low: float, high: float) -> Field:
    """A number within the bounds."""

    def accepts(value: object) -> bool:
        return type(value) in (int, float) and low <= value <= high  # type: ignore[operator]

    return Field(accepts, f"a number from {low} to {high}")


def among(*options: str | int) -> Field:
    """One of these values."""

    def accepts(value: object) -> bool:
        return any(type(value) is type(option) and value == option for option in options)

    return Field(accepts, "one of " + ", ".join(map(str, options)))


def text(pattern: str = r"[\s\S]*") -> Field:
    """A string that matches the pattern as a whole."""
    compiled = re.compile(pattern)

    def accepts(value: object) -> bool:
        return isinstance(value, str) and compiled.fullmatch(value) is not None

    return Field(accepts, f"a string like {pattern}")


def digits(low: int, high: int) -> Field:
    """A number that travels as a string."""

    def accepts(value: object) -> bool:
        return isinstance(value, str) and value.isdecimal() and low <= int(value) <= high

    return Field(accepts, f"a numeric string from {low} to {high}")


def either(first: Field, second: Field) -> Field:
    """What one or the other accepts."""

    def accepts(value: object) -> bool:
        return first.accepts(value) or second.accepts(value)

    return Field(accepts, f"{first.expects} or {second.expects}")


TRUTH = Field(lambda value: isinstance(value, bool), "true or false")
FLAG = whole(0, 1)
TEXT = text()
FRACTION = real(0, 1)
PERCENT = whole(0, 100)
OPEN_OR_CLOSE = among("open", "close")


def problems(shape: Shape, value: object, where: str = "") -> Iterator[str]:
    """Everything in `value` that the shape does not accept; keys outside the shape are ignored."""
    if isinstance(shape, Field):
        if not shape.accepts(value):
            yield f"Invalid parameter: {where} must be {shape.expects}"
    elif isinstance(shape, ListOf):
        yield from _list_problems(shape, value, where)
    elif isinstance(value, dict):
        for key, inner in shape.items():
            place = f"{where}.{key}" if where else key
            if key in value:
                yield from problems(inner, value[key], place)
            else:
                yield f"Missing parameter: missing required field {place}"
    else:
        yield f"Invalid parameter type: {where} must be an object"


def _list_problems(shape: ListOf, value: object, where: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"Invalid parameter type: {where} must be a list"
        return
    if shape.most is not None and len(value) > shape.most:
        yield f"Invalid parameter: {where} holds more than {shape.most}"
    for index, entry in enumerate(value):
        yield from problems(shape.entry, entry, f"{where}[{index}]")
