"""Which devices are meant: names, globs, and selectors over labels such as `site=hq,ring in (a,b)`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from recamera_gitops.desired.messages import did_you_mean, echo
from recamera_gitops.errors import Diagnostic, InvalidInput

if TYPE_CHECKING:
    from recamera_gitops.desired.state import Device, Fleet

_KEY: Final = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_VALUE: Final = r"[^\s,()=!]+"
_LIST: Final = rf"\(\s*(?P<values>{_VALUE}(?:\s*,\s*{_VALUE})*)\s*\)"
_FORMS: Final = (
    re.compile(rf"(?P<key>{_KEY})\s*(?P<sign>!=|==?)\s*(?P<value>{_VALUE})"),
    re.compile(rf"(?P<key>{_KEY})\s+(?P<sign>in|notin)\s*{_LIST}"),
    re.compile(rf"(?P<sign>!?)(?P<key>{_KEY})"),
)
_TERM: Final = (
    rf"{_KEY}\s*(?:!=|==?)\s*{_VALUE}"
    rf"|{_KEY}\s+(?:in|notin)\s*\(\s*{_VALUE}(?:\s*,\s*{_VALUE})*\s*\)|!?{_KEY}"
)
# What a selector looks like, for schemas; `Selector.parse` explains what is wrong with one.
FORM: Final = rf"^\s*(?:{_TERM})(?:\s*,\s*(?:{_TERM}))*\s*$"
_COMMA: Final = re.compile(r",(?![^(]*\))")
_GLOB: Final = re.compile(r"[*?\[]")
EVERYTHING: Final = "all"


@dataclass(frozen=True, slots=True)
class Term:
    """One demand on one label: `values` None asks only whether the label is there."""

    key: str
    values: frozenset[str] | None
    negated: bool

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether the labels meet it; a label that is not there has no value, so != and notin hold."""
        found = self.key in labels if self.values is None else labels.get(self.key) in self.values
        return found is not self.negated


@dataclass(frozen=True, slots=True)
class Selector:
    """Demands that all must be met; without any, every device is meant."""

    terms: tuple[Term, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Selector":
        """The selector that a text says; ValueError in words for people otherwise."""
        if text.strip() == EVERYTHING:
            return cls()
        return cls(tuple(_term(part.strip()) for part in _COMMA.split(text)))

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether a device with these labels is meant."""
        return all(term.matches(labels) for term in self.terms)


def _term(text: str) -> Term:
    for form in _FORMS:
        match = form.fullmatch(text)
        if match:
            return _from(match.groupdict())
    raise ValueError(
        f"{echo(text)} is no selector\nwrite key=value, key!=value, key in (a,b), key notin (a,b),"
        " key or !key, with commas between them"
    )


def _from(found: Mapping[str, str | None]) -> Term:
    key, sign = str(found["key"]), found["sign"]
    negated = sign in ("!=", "notin", "!")
    if found.get("value") is not None:
        return Term(key, frozenset({str(found["value"])}), negated)
    if found.get("values") is not None:
        values = re.split(r"\s*,\s*", str(found["values"]))
        return Term(key, frozenset(values), negated)
    return Term(key, None, negated)


def select(
    fleet: "Fleet", names: tuple[str, ...] = (), selector: str | None = None
) -> tuple["Device", ...]:
    """The devices that are named, or match a glob, and match the selector; in the fleet's order."""
    problems = list(_unmatched(fleet, names))
    try:
        wanted = Selector.parse(selector) if selector is not None else Selector()
    except ValueError as error:
        message, _, hint = str(error).partition("\n")
        problems.append(Diagnostic("bad-selector", message, hint=hint))
        wanted = Selector()
    if problems:
        raise InvalidInput(problems)
    chosen = tuple(
        device
        for device in fleet.devices
        if is_named(device.name, names) and wanted.matches(device.labels)
    )
    if not chosen and (names or selector is not None):
        raise InvalidInput([Diagnostic("nothing-selected", "no device matches")])
    return chosen


def is_named(name: str, names: tuple[str, ...]) -> bool:
    """Whether a name, or a pattern, means this device; without any, every device is meant."""
    return not names or any(fnmatchcase(name, pattern) for pattern in names)


def _unmatched(fleet: "Fleet", names: tuple[str, ...]) -> Iterator[Diagnostic]:
    known = [device.name for device in fleet.devices]
    for name in names:
        if any(fnmatchcase(each, name) for each in known):
            continue
        if _GLOB.search(name):
            yield Diagnostic("nothing-selected", f"no device matches {echo(name)}")
        else:
            hint = did_you_mean(name, known)
            yield Diagnostic("unknown-device", f"there is no device {echo(name)}", hint=hint)
