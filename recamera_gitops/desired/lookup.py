"""References that carry secrets, looked up: each once in a run, however many cameras name it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from recamera_gitops.desired import sops
from recamera_gitops.desired.files import contents
from recamera_gitops.desired.messages import echo
from recamera_gitops.desired.notation import Kind, Reference
from recamera_gitops.desired.origins import SNAPSHOT_KEY, Lacking, Origins, Program
from recamera_gitops.desired.state import Device
from recamera_gitops.secret import Secret

_LARGEST_SECRET: Final = 1 << 16
_COMMAND_SECONDS: Final = 60.0
_NO_SHELL: Final = (
    "it runs in the root of the repository, without a shell: pipes belong into a script"
)


class Lookup:
    """What references stand for. Every text found is masked from then on, each of its lines too.

    `devices` are all cameras of the fleet: the variables that they name are kept from commands.
    """

    def __init__(self, root: Path, origins: Origins, devices: Iterable[Device] = ()) -> None:
        self._root = root.resolve()
        self._origins = origins
        self._devices = tuple(devices)
        self._found: dict[Reference, str | Lacking] = {}
        self._opened: dict[str, Mapping[str, Any] | Lacking] = {}

    def redeclared(self, devices: Iterable[Device], variables: Mapping[str, str]) -> "Lookup":
        """The same with other cameras and variables; files, keyring and programs are not asked again."""
        other = Lookup(self._root, replace(self._origins, variables=variables), devices)
        other._opened = self._opened
        other._found = {k: v for k, v in self._found.items() if k.kind is not Kind.ENV}
        return other

    def text(self, reference: Reference) -> str | Lacking:
        """The text, or why there is none."""
        if reference not in self._found:
            self._found[reference] = self._fit(reference, self._looked_up(reference))
        return self._found[reference]

    def _fit(self, reference: Reference, found: str | Lacking) -> str | Lacking:
        if isinstance(found, Lacking):
            return found
        if not found and reference.default is None:
            state = "wrote nothing" if reference.kind is Kind.CMD else "is empty"
            return Lacking("empty-secret", f"{_subject(reference)} {state}")
        if any("\ud800" <= character <= "\udfff" for character in found):
            return Lacking("encoding", f"{_subject(reference)} is not UTF-8")
        return Secret(found).reveal()

    def _looked_up(self, reference: Reference) -> str | Lacking:
        if reference.kind is Kind.ENV:
            return self._variable(reference)
        if reference.kind is Kind.FILE:
            return self._file(reference)
        if reference.kind is Kind.SOPS:
            return self._encrypted(reference)
        if reference.kind is Kind.KEYRING:
            return self._origins.keyring(*reference.halves)
        return self._command(reference)

    def _variable(self, reference: Reference) -> str | Lacking:
        value = self._origins.variables.get(reference.name) or reference.default
        if value is not None:
            return value
        state = "empty" if reference.name in self._origins.variables else "not set"
        hint = "export it in the shell, or the job, that this runs in"
        return Lacking("unset-variable", f"{_subject(reference)} is {state}", hint)

    def _file(self, reference: Reference) -> str | Lacking:
        path = self._inside(reference.name)
        if isinstance(path, Lacking):
            return path
        try:
            content = contents(path, _LARGEST_SECRET)
        except OSError as error:
            return _unreadable(reference.name, str(error.strerror))
        found = _text(content)
        return _unreadable(reference.name, "not a short text") if found is None else found

    def _inside(self, name: str) -> Path | Lacking:
        path = self._root / name
        if path.resolve().is_relative_to(self._root):
            return path
        return Lacking("outside", f"{echo(name)} leads out of the repository")

    def _encrypted(self, reference: Reference) -> str | Lacking:
        name, key = reference.halves
        if name not in self._opened:
            self._opened[name] = self._decrypted(name)
        content = self._opened[name]
        if isinstance(content, Lacking):
            return content
        found = sops.text_at(name, content, key)
        return found if isinstance(found, Lacking) else _stripped(found)

    def _decrypted(self, name: str) -> Mapping[str, Any] | Lacking:
        path = self._inside(name)
        if isinstance(path, Lacking):
            return path
        if not path.is_file():
            return _unreadable(name, "there is no such file")
        program = sops.decrypting(path, self._root, self._origins.variables)
        return sops.opened(name, self._origins.run(program))

    def _command(self, reference: Reference) -> str | Lacking:
        if not self._origins.allow_cmd:
            hint = "allow it where you trust everybody who may change the files"
            return Lacking("needs-allow-cmd", "${cmd:…} is not run without --allow-cmd", hint)
        limits = (_COMMAND_SECONDS, _LARGEST_SECRET)
        ended = self._origins.run(Program(reference.words, self._root, self._not_named, *limits))
        found = None if ended.trouble is not None or ended.code else _text(ended.output)
        if found is not None:
            return found
        failure = ended.failure or "wrote something that is no text"
        return Lacking("command-failed", f"{_subject(reference)} {failure}", _NO_SHELL)

    @cached_property
    def _not_named(self) -> dict[str, str]:
        return without_secrets(self._origins.variables, self._devices)


def without_secrets(variables: Mapping[str, str], devices: Iterable[Device]) -> dict[str, str]:
    """The environment for a program that the files name: nothing in it that cameras are opened with."""
    named = {
        reference.name
        for device in devices
        for template in device.templates
        for reference in template.references
        if reference.kind is Kind.ENV
    }
    return {k: v for k, v in variables.items() if k not in named | {SNAPSHOT_KEY}}


def _text(content: bytes) -> str | None:
    """The content of a file or the output of a program, None where it cannot be a secret."""
    if len(content) > _LARGEST_SECRET:
        return None
    try:
        return _stripped(content.decode("utf-8"))
    except UnicodeDecodeError:
        return None


def _stripped(text: str) -> str:
    return text.removesuffix("\n").removesuffix("\r")


def _unreadable(name: str, reason: str) -> Lacking:
    return Lacking("unreadable", f"{echo(name)} cannot be read: {reason}")


def _subject(reference: Reference) -> str:
    """What a message is about; nothing of it is secret."""
    if reference.kind is Kind.ENV:
        return f"the environment variable {reference.name}"
    if reference.kind is Kind.CMD:
        return f"the command {echo(reference.words[0])}"
    if reference.kind is Kind.FILE:
        return echo(reference.name)
    first, second = map(echo, reference.halves)
    if reference.kind is Kind.SOPS:
        return f"{second} in {first}"
    return f"the password of {second} for {first} in the keyring"
