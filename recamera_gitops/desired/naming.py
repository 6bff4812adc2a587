"""Names of environment variables for secrets that were found on cameras. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from recamera_gitops.resources.stating import steps_to
from recamera_gitops.secret import Secret

_SHORT, _LONG = 2, 3  # steps of a path that a name is made of
_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Found:
    """A secret at a path, of a camera, or of all of them where the name is empty."""

    camera: str
    path: str
    secret: Secret


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable to be set: its value, and what it is for. `is_set` tells that it has that value."""

    name: str
    secret: Secret = field(repr=False)
    uses: tuple[tuple[str, str], ...]
    is_set: bool


@dataclass(frozen=True, slots=True)
class Naming:
    """The reference that stands for each secret, and the variables that these references need."""

    references: Mapping[tuple[str, str], str]
    variables: tuple[Variable, ...]


def named(
    found: Iterable[Found],
    known: Mapping[Secret, str],
    used: Iterable[str],
    environment: Mapping[str, str],
) -> Naming:
    """One variable for secrets that are equal, named after what they are for.

    `known` secrets have a reference already. A name that is `used`, or set, for something else is
    nobody's.
    """
    groups: dict[Secret, list[Found]] = {}
    for each in found:
        groups.setdefault(each.secret, []).append(each)
    taken = {name for name in used if name not in environment}
    references: dict[tuple[str, str], str] = {}
    variables: list[Variable] = []
    for secret, group in groups.items():
        reference = known.get(secret)
        if reference is None:
            name = next(
                each
                for each in _candidates(group)
                if each not in taken and environment.get(each) in (None, secret.reveal())
            )
            taken.add(name)
            uses = tuple((each.camera, each.path) for each in group)
            variables.append(Variable(name, secret, uses, name in environment))
            reference = f"${{env:{name}}}"
        references |= {(each.camera, each.path): reference for each in group}
    return Naming(references, tuple(variables))


def _candidates(group: list[Found]) -> Iterator[str]:
    """`GATE_NORTH_RTSP_PASSWORD`, then longer ones, then numbered ones; without a camera for several."""
    cameras = {each.camera for each in group}
    owner = f"{next(iter(cameras))}." if len(cameras) == 1 and "" not in cameras else ""
    steps = steps_to(group[0].path)
    for length in (_SHORT, _LONG):
        yield _spelled(owner + ".".join(steps[-length:]))
    for number in count(2):
        yield f"{_spelled(owner + '.'.join(steps[-_SHORT:]))}_{number}"


def _spelled(text: str) -> str:
    name = _NOT_IN_NAMES.sub("_", text).strip("_").upper()
    return name if not name[:1].isdigit() else f"CAMERA_{name}"
