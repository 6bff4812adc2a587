"""`import`: cameras as they are, into files of which a plan finds nothing to change."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from recamera_gitops.cli import console
from recamera_gitops.cli.repository import Selected
from recamera_gitops.cli.root import root_of
from recamera_gitops.cli.running import Working, opened
from recamera_gitops.cli.trusting import identity_of
from recamera_gitops.desired.arrivals import (
    Arrival,
    Told,
    arrival,
    judged,
    listed,
    text,
    without_defaults,
)
from recamera_gitops.desired.composing import device_text
from recamera_gitops.desired.files import contents
from recamera_gitops.desired.fleet import Loaded, loaded
from recamera_gitops.desired.known import FILE, KnownCamera, is_serial
from recamera_gitops.desired.nodes import Scalar, text_at
from recamera_gitops.desired.shared import SharedProfile, shared_profile
from recamera_gitops.desired.state import Device
from recamera_gitops.errors import Diagnostic, ExitCode, Interrupted, InvalidInput
from recamera_gitops.files import replace_files
from recamera_gitops.fleet.adoption import Adoption, Newcomer, Taken
from recamera_gitops.fleet.seeing import TrustResult, living
from recamera_gitops.reconcile.live import Wanted
from recamera_gitops.report.diagnostics import line
from recamera_gitops.report.identities import Standing, identities_text
from recamera_gitops.report.imported import Imported, ImportRows, Setting, imported_text
from recamera_gitops.report.values import counted
from recamera_gitops.resources.declared import is_below
from recamera_gitops.secret import Secret

_LARGEST_LIST: Final = 1 << 22


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What `import` was asked for: one host, or a list in a file."""

    directory: Path | None
    host: str | None
    name: str | None
    file: Path | None
    labels: tuple[str, ...]
    profiles: tuple[str, ...]
    scheme: str | None
    port: str | None
    username: str | None
    password_variable: str | None
    everything: bool
    common: str | None
    share: int
    yes: bool
    allow_cmd: bool


def take_in(request: ImportRequest) -> ExitCode:
    """Judge everything said, look at the cameras, prove the files, ask, write."""
    root = root_of(request.directory)
    repository = loaded(root)
    arrivals, problems = _arrivals(request)
    arrivals = [without_defaults(each, repository) for each in arrivals]
    problems += judged(arrivals, repository)
    if problems:
        raise InvalidInput(_in_words(problems))
    shared = None
    if request.common is not None:
        shared = shared_profile(request.common, arrivals, repository)
    chosen = replace(_stubs(arrivals, repository, shared), allow_cmd=request.allow_cmd)
    for each in chosen.fleet.warnings:
        console.say(line(each))
    with opened(chosen) as working:
        return _Importing(request, repository, arrivals, shared, working).finished(chosen)


def _arrivals(request: ImportRequest) -> tuple[list[Arrival], list[Diagnostic]]:
    told = Told(
        host=_typed(request.host),
        name=_typed(request.name),
        labels=tuple(text(each) for each in request.labels),
        profiles=tuple(text(each) for each in request.profiles),
        scheme=_typed(request.scheme),
        port=_typed(request.port),
        username=_typed(request.username),
        password_variable=_typed(request.password_variable),
    )
    if request.file is None:
        return [arrival(told)], []
    try:
        content = contents(request.file, _LARGEST_LIST)
    except OSError as error:
        message = f"{request.file} cannot be read: {error.strerror}"
        return [], [Diagnostic("unreadable", message, "--from")]
    if len(content) > _LARGEST_LIST:
        return [], [Diagnostic("too-large", f"{request.file} is too large", "--from")]
    rows, problems = listed(content, str(request.file), told)
    return [arrival(each) for each in rows], problems


_OPTIONS: Final = {
    "device": "--name",
    "host": "HOST",
    "labels": "--label",
    "profiles": "--profile",
    "connection.scheme": "--scheme",
    "connection.port": "--port",
    "connection.username": "--username",
    "connection.password": "--password-env",
}


def _in_words(problems: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """What was typed stands in no file: the option is named in its place."""
    for each in problems:
        if each.place is None or each.place.line:
            yield each
            continue
        said = next((o for path, o in _OPTIONS.items() if is_below(each.path, path)), each.path)
        yield replace(each, place=None, path=said)


def _typed(value: str | None) -> Scalar | None:
    return None if value is None else text(value)


def _stubs(
    arrivals: Sequence[Arrival], repository: Loaded, shared: SharedProfile | None
) -> Selected:
    """The repository with these cameras in it, of which nothing is known yet."""
    existing = repository.files.contents
    coming = arrivals if shared is None else shared.arrivals
    files = {
        each.file: device_text(each, {}, (), _no_secret, existing).encode("utf-8")
        for each in coming
    }
    if shared is not None:
        files |= shared.files({}, _no_secret, existing)
    fleet = loaded(repository.fleet.root, files).fleet
    names = {each.name for each in coming}
    return Selected(fleet, tuple(each for each in fleet.devices if each.name in names))


def _no_secret(path: str, secret: Secret) -> str:
    del path, secret
    return ""


class _Importing:
    """One import over an open run."""

    def __init__(
        self,
        request: ImportRequest,
        repository: Loaded,
        arrivals: Sequence[Arrival],
        shared: SharedProfile | None,
        working: Working,
    ) -> None:
        self._request = request
        self._repository = repository
        self._arrivals = arrivals
        self._shared = shared
        self._working = working
        self._lost: dict[str, tuple[str, ExitCode]] = {}

    def finished(self, chosen: Selected) -> ExitCode:
        """Everything, once the cameras may be contacted."""
        seen = self._seen()
        newcomers = self._read(chosen, seen)
        adoption = Adoption(
            self._repository,
            newcomers,
            self._working.variables,
            everything=self._request.everything,
            shared=self._shared,
            share=self._request.share,
        )
        taken = adoption.proven(self._working)
        self._lost |= {e.name: (e.error, e.exit_code) for e in newcomers if e.error is not None}
        if self._working.stop.requested:
            raise Interrupted("interrupted; nothing was written")
        if len(self._lost) < len(self._arrivals):
            self._write(taken)
        console.result(imported_text(self._rows(newcomers, taken), console.paint()))
        return self._working.ended(code for _, code in self._lost.values())

    def _seen(self) -> dict[str, KnownCamera]:
        """Who the cameras are; the certificate is looked at before anything is said to them."""
        results = self._working.trust(replace_known=False)
        if self._working.stop.requested:
            raise Interrupted("interrupted; nothing was written")
        console.result(identities_text(tuple(map(identity_of, results)), console.paint()) + "\n")
        known = {
            each.expected_serial: each.name
            for each in self._repository.fleet.devices
            if each.expected_serial
        }
        found: dict[str, KnownCamera] = {}
        for result in results:
            trouble = _trouble(result, known)
            if trouble is not None or result.serial is None:
                code = ExitCode(result.exit_code) or ExitCode.FAILED
                self._lost[result.device] = (trouble or "", code)
                continue
            known[result.serial] = result.device
            found[result.device] = KnownCamera(result.serial, result.fingerprint)
        return found

    def _read(self, chosen: Selected, seen: Mapping[str, KnownCamera]) -> list[Newcomer]:
        devices = [each for each in chosen.devices if each.name in seen]
        self._working.redeclare(chosen.fleet, devices, self._working.variables)
        found: list[Newcomer] = []
        arrivals = {each.name: each for each in self._arrivals}
        for device, read in zip(devices, self._working.read(living(_everything)), strict=True):
            if read.live is None:
                self._lost[device.name] = (read.error or "", read.exit_code)
                continue
            arrived, known = arrivals[device.name], seen[device.name]
            resolved = self._working.run.resolved(device)
            found.append(Newcomer(arrived, device, known, read.live, *resolved))
        return found

    def _write(self, taken: Taken) -> None:
        root = self._repository.fleet.root
        new = [file for file in taken.files if file not in self._repository.files.contents]
        there = [file for file in new if os.path.lexists(root / file)]
        if there:
            found = (Diagnostic("duplicate-device", f"{file} has come meanwhile") for file in there)
            raise InvalidInput(found)
        if not self._request.yes and console.is_terminal(sys.stdin):
            files = counted(len(taken.files), "file")
            with self._working.interruption.asking():
                console.ask(f"Write {files}? Only 'yes' is accepted:")
        replace_files({root / file: content for file, content in taken.files.items()})

    def _rows(self, newcomers: Sequence[Newcomer], taken: Taken) -> ImportRows:
        by_name = {each.name: each for each in newcomers}
        profile = None
        if self._shared is not None and taken.common:
            profile = (self._shared.file, len(taken.common))
        return ImportRows(
            cameras=tuple(self._row(each, by_name.get(each.name)) for each in self._arrivals),
            profile=profile,
            variables=tuple(Setting(e.name, e.uses) for e in taken.variables if not e.is_set),
            everything=self._request.everything,
        )

    def _row(self, arrived: Arrival, newcomer: Newcomer | None) -> Imported:
        error, code = self._lost.get(arrived.name, (None, ExitCode.DONE))
        host = text_at(arrived.document, "host") or ""
        if newcomer is None:
            return Imported(arrived.name, host, arrived.file, error=error, exit_code=code)
        notes = tuple(newcomer.notes)
        count = len(newcomer.values)
        return Imported(arrived.name, host, arrived.file, count, notes, error, code)


def _everything(device: Device) -> Wanted:
    del device
    return lambda _path: True


def _trouble(result: TrustResult, known: Mapping[str, str]) -> str | None:
    """Why a camera cannot be taken in, as far as it shows who it is."""
    if result.error is not None:
        return result.error
    if result.serial is None or not is_serial(result.serial):
        return "its serial number is none that known_cameras.yaml can hold"
    identity = identity_of(result)
    if identity.standing not in (Standing.NEW, Standing.KNOWN):
        return f"{FILE} knows another camera under this name"
    if result.serial in known:
        return f"this is the camera of {known[result.serial]}: serial number {result.serial}"
    return None
