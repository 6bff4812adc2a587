"""How references are written: `${kind:name}` inside any string, and `$${` for a literal `${`."""

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final, TypeAlias

from recamera_gitops.desired.messages import did_you_mean

_OPENING: Final = re.compile(r"\$?\$\{")
_BRACE: Final = re.compile(r"[{}]")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_ENVIRONMENT_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_UNUSABLE: Final = re.compile("[\0\ud800-\udfff]")  # in names of files and programs
MASK: Final = "•••"
_CLOSED_DIRECTORIES: Final = (".git", ".recamera")


class Kind(StrEnum):
    """Where a reference takes its text from."""

    ENV = "env"
    FILE = "file"
    VAR = "var"
    DEVICE = "device"
    LABEL = "label"
    SOPS = "sops"
    KEYRING = "keyring"
    CMD = "cmd"


_KINDS: Final = tuple(str(kind) for kind in Kind)
SECRET_KINDS: Final = frozenset({Kind.ENV, Kind.FILE, Kind.SOPS, Kind.KEYRING, Kind.CMD})


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference: `name` is what stands behind the colon, for `cmd` the whole command."""

    kind: Kind
    name: str = ""
    default: str | None = None

    def written(self) -> str:
        """How it stands in a file; a default, and what a command is told, may be secret."""
        name = self.name
        if self.kind is Kind.CMD:
            name = " ".join((self.words[0], *([MASK] if self.words[1:] else [])))
        default = "" if self.default is None else f":-{MASK}"
        return f"${{{self.kind}{':' if name else ''}{name}{default}}}"

    @property
    def words(self) -> tuple[str, ...]:
        """A command in words, split like a shell would; no shell ever sees it."""
        return tuple(shlex.split(self.name))

    @property
    def halves(self) -> tuple[str, str]:
        """File and key of `sops`, service and user of `keyring`."""
        if self.kind is Kind.SOPS:
            file, _, key = self.name.partition("#")
            return file, key
        service, _, user = self.name.rpartition("/")
        return service, user


Part: TypeAlias = str | Reference


class BadReference(ValueError):
    """A string that looks like a reference and is none; the message quotes nothing of it."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        self.hint = hint
        super().__init__(message)


def parse(text: str) -> tuple[Part, ...]:
    """Literal text and references, in order; neighbouring literals are joined."""
    parts: list[Part] = []
    end = 0
    while match := _OPENING.search(text, end):
        _literal(parts, text[end : match.start()])
        end = match.end()
        if match.group() == "$${":
            _literal(parts, "${")
        else:
            body = _body(text, end)
            end += len(body) + 1
            parts.append(_reference(body))
    _literal(parts, text[end:])
    return tuple(parts)


def _body(text: str, start: int) -> str:
    """What stands before the brace that closes a reference; inner braces come in pairs."""
    depth = 1
    for brace in _BRACE.finditer(text, start):
        depth += 1 if brace.group() == "{" else -1
        if not depth:
            body = text[start : brace.start()]
            if "${" in body:
                raise BadReference("a reference cannot stand inside another one")
            return body
    raise BadReference("a reference is not closed", "write $${ for a literal ${")


def _literal(parts: list[Part], text: str) -> None:
    if text and parts and isinstance(parts[-1], str):
        parts[-1] += text
    elif text:
        parts.append(text)


def _reference(body: str) -> Reference:
    word, colon, name = body.partition(":")
    if word not in _KINDS:
        hint = did_you_mean(word, _KINDS) if colon else None
        known = f"the kinds are {', '.join(_KINDS)}"
        raise BadReference("this kind of reference is unknown", hint or known)
    kind = Kind(word)
    if kind is Kind.ENV:
        return _environment(name)
    if (kind is Kind.DEVICE) == bool(colon):
        raise BadReference(f"this is not how ${{{kind}}} is written")
    if kind in _FORMS:
        _check(kind, name)
    return Reference(kind, name)


def _environment(name: str) -> Reference:
    variable, has_default, default = name.partition(":-")
    if not _ENVIRONMENT_NAME.fullmatch(variable):
        raise BadReference("${env:…} needs the name of an environment variable")
    return Reference(Kind.ENV, variable, default if has_default else None)


def _check(kind: Kind, name: str) -> None:
    fits, needed, hint = _FORMS[kind]
    if _UNUSABLE.search(name) or not fits(name):
        raise BadReference(f"${{{kind}:…}} needs {needed}", hint)


def _is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    outside = path.is_absolute() or ".." in path.parts or not path.parts or "\\" in name
    return not outside and path.parts[0] not in _CLOSED_DIRECTORIES


def _is_key_of_a_file(name: str) -> bool:
    file, key = Reference(Kind.SOPS, name).halves
    return _is_inside(file) and all(key.split("."))


def _is_service_and_user(name: str) -> bool:
    return all(Reference(Kind.KEYRING, name).halves)


def _is_command(name: str) -> bool:
    try:
        return any(shlex.split(name)[:1])
    except ValueError:
        return False


_Form: TypeAlias = tuple[Callable[[str], bool], str, str | None]
_INSIDE: Final = "without .., and not absolute"
_FORMS: Final[Mapping[Kind, _Form]] = {
    Kind.VAR: (_is_name, "a name", None),
    Kind.LABEL: (_is_name, "a name", None),
    Kind.FILE: (_is_inside, "a path inside the repository", _INSIDE),
    Kind.SOPS: (
        _is_key_of_a_file,
        "a path inside the repository and a key",
        "write ${sops:secrets.yaml#gate.password}",
    ),
    Kind.KEYRING: (_is_service_and_user, "a service and a user", "write ${keyring:service/user}"),
    Kind.CMD: (_is_command, "a command", "every quote has to be closed"),
}
