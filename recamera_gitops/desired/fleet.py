"""A repository of files made into a fleet, or every reason why it cannot be.

Each document is first held against its own model, so that a mistake in a profile is said once and where
it stands, used or not. Then each device is laid over what it inherits and looked at as a whole.
"""

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Keyed
from dataclasses import dataclass
from pathlib import Path

from recamera_gitops.desired.artifacts import unusable
from recamera_gitops.desired.catalogue import is_secret, may_be_literal, wrong_address
from recamera_gitops.desired.drifting import Drift
from recamera_gitops.desired.effective import effective
from recamera_gitops.desired.files import Repository, read
from recamera_gitops.desired.findings import Findings
from recamera_gitops.desired.known import KnownCamera, KnownFile
from recamera_gitops.desired.messages import Model, check, echo
from recamera_gitops.desired.models import (
    DeviceFile,
    FleetFile,
    Policy,
    ProfileFile,
    Rollout,
)
from recamera_gitops.desired.nodes import (
    Mapping,
    Scalar,
    child,
    mapping_at,
    paths_at,
    places,
    text_at,
    texts_at,
)
from recamera_gitops.desired.overlay import EMPTY, Profiles, default_profiles
from recamera_gitops.desired.references import examine, has_reference
from recamera_gitops.desired.state import Device, Fleet
from recamera_gitops.errors import Diagnostic, InvalidInput, Place
from recamera_gitops.rules import Severity


def load(root: Path) -> Fleet:
    """The fleet in a directory; InvalidInput with everything that is wrong, by file and line."""
    return loaded(root).fleet


@dataclass(frozen=True, slots=True)
class Loaded:
    """A fleet, and the documents that it was made from."""

    fleet: Fleet
    files: Repository
    profiles: Profiles


def loaded(root: Path, instead: Keyed[str, bytes] | None = None) -> Loaded:
    """The same with the documents; `instead` is what some files are taken to say."""
    return Loading(root, instead).loaded()


class Loading:
    """One run over a repository; `files` are its documents, also where they make no fleet."""

    def __init__(self, root: Path, instead: Keyed[str, bytes] | None = None) -> None:
        self._root = root
        self._findings = Findings()
        self.files = read(root, self._findings, instead or {})
        self._fleet = self.files.fleet or EMPTY
        policy = mapping_at(self._fleet, "policy")
        literal = child(policy, "literal_secrets") if policy else None
        self._literal_secrets = isinstance(literal, Scalar) and literal.value is True

    def fleet(self) -> Fleet:
        """Everything put together."""
        return self.loaded().fleet

    def loaded(self) -> Loaded:
        """The same with the documents."""
        header = self._documents()
        profiles = self._profiles()
        known = self._known()
        devices = tuple(self._devices(profiles, known))
        self._findings.add(_doubles(devices))
        device_files = frozenset(document.place.file for document in self.files.devices)
        errors = self._findings.of(Severity.ERROR, device_files)
        if errors or header is None:
            raise InvalidInput(errors)
        fleet = Fleet(
            name=header.fleet,
            root=self._root,
            devices=tuple(sorted(devices, key=lambda device: device.name)),
            known=known,
            policy=header.policy or Policy(),
            drift=header.drift or Drift(),
            rollout=header.rollout or Rollout(),
            warnings=self._findings.of(Severity.WARNING, device_files),
            places=dict(_places(self._fleet)),
        )
        return Loaded(fleet, self.files, profiles)

    def _documents(self) -> FleetFile | None:
        """Hold every document against its own model."""
        header = None
        if self.files.fleet is not None:
            header = self._checked(FleetFile, self.files.fleet)
            self._findings.add(_wrong_addresses(self.files.fleet))
        for document in self.files.profiles:
            self._checked(ProfileFile, document)
        for document in self.files.devices:
            self._checked(DeviceFile, document)
        return header

    def _checked(self, model: type[Model], document: Mapping) -> Model | None:
        found, diagnostics = by_itself(model, document, self._may_be_literal)
        self._findings.add(diagnostics)
        return found

    def _may_be_literal(self, path: str) -> bool:
        return self._literal_secrets or may_be_literal(path)

    def _profiles(self) -> Profiles:
        named = _by_name(self.files.profiles, "profile", self._findings)
        profiles = Profiles(named.items())
        self._findings.add(profiles.circles())
        for document in self.files.profiles:
            self._findings.add(profiles.unknown(texts_at(document, "extends"), "extends"))
        defaults = default_profiles(self._fleet)
        self._findings.add(profiles.unknown(defaults, "defaults.profiles"))
        for document in self.files.devices:
            self._findings.add(profiles.unknown(texts_at(document, "profiles"), "profiles"))
        return profiles

    def _known(self) -> dict[str, KnownCamera]:
        if self.files.known is None:
            return {}
        found, diagnostics = check(KnownFile, self.files.known, _never, _is_reported)
        self._findings.add(diagnostics)
        return found.cameras() if found is not None else {}

    def _devices(self, profiles: Profiles, known: dict[str, KnownCamera]) -> Iterator[Device]:
        defaults = default_profiles(self._fleet)
        for name, document in _by_name(self.files.devices, "device", self._findings).items():
            names = (*defaults, *texts_at(document, "profiles"))
            layer = profiles.layer(tuple(str(each.value) for each in names), self._fleet)
            result = effective(document, layer, self._fleet, known.get(name))
            self._findings.add(result.diagnostics, name)
            if result.device is not None:
                self._findings.add(unusable(result.device, self._root), name)
                yield result.device


def by_itself(
    model: type[Model], document: Mapping, may_be_literal: Callable[[str], bool]
) -> tuple[Model | None, tuple[Diagnostic, ...]]:
    """A document as its model, and what is wrong with it whatever stands in other files."""
    found, diagnostics = check(model, document, is_secret, _is_pending)
    return found, (*diagnostics, *examine(document, is_secret, may_be_literal=may_be_literal))


def _is_pending(scalar: Scalar) -> bool:
    return scalar.reported or has_reference(scalar)


def _is_reported(scalar: Scalar) -> bool:
    return scalar.reported


def _never(path: str) -> bool:
    del path
    return False


def _by_name(documents: Iterable[Mapping], key: str, findings: Findings) -> dict[str, Mapping]:
    """Documents by the name that they give themselves; a name given twice is a finding."""
    named: dict[str, Mapping] = {}
    for document in documents:
        name = text_at(document, key)
        if name is None:
            continue
        if name not in named:
            named[name] = document
            continue
        first = _place_of(named[name], key)
        message = f"{key} {echo(name)} is declared twice, first at {first}"
        place = _place_of(document, key)
        findings.add([Diagnostic(f"duplicate-{key}", message, key, place)])
    return named


def _place_of(document: Mapping, key: str) -> Place:
    """Where the value of a key stands."""
    node = document.get(key)
    return document.place if node is None else node.place


def _places(fleet: Mapping) -> Iterator[tuple[str, Place]]:
    """Where the rules about all cameras stand."""
    for section in ("policy", "rollout"):
        node = child(fleet, section)
        if node is not None:
            yield from places(node, section)


def _doubles(devices: Iterable[Device]) -> Iterator[Diagnostic]:
    """Two devices that would be one camera."""
    seen: dict[tuple[str, object], Device] = {}
    for device in devices:
        address = (device.host.lower(), device.connection.effective_port)
        keys: list[tuple[str, object]] = [("address", address)]
        if device.expected_serial:
            keys.append(("serial", device.expected_serial))
        for what, value in keys:
            first = seen.setdefault((what, value), device)
            if first is not device:
                message = f"has the same {_WHAT[what]} as {first.name}, at {first.place}"
                path = "host" if what == "address" else "serial"
                yield Diagnostic(f"duplicate-{what}", message, path, device.place)


_WHAT = {"address": "host and port", "serial": "serial number"}


def _wrong_addresses(fleet: Mapping) -> Iterator[Diagnostic]:
    """Paths in fleet.yaml that lead nowhere."""
    for where, path, place in _addresses(fleet):
        wrong = wrong_address(path)
        if wrong:
            yield Diagnostic("unknown-path", wrong[0], where, place, wrong[1])


def _addresses(fleet: Mapping) -> Iterator[tuple[str, str, Place]]:
    """Every path in fleet.yaml, where it belongs to and where it stands."""
    for section, key in _LISTS:
        for scalar in paths_at(mapping_at(fleet, section), key):
            yield f"{section}.{key}", str(scalar.value).partition("=")[0], scalar.place
    severities = mapping_at(fleet, "drift", "severity")
    for path, place in severities.keys.items() if severities else ():
        yield "drift.severity", path, place


_LISTS = (("drift", "ignore"), ("drift", "repair"), ("policy", "confirm"), ("policy", "forbid"))
