"""Cameras taken into the files as they are, and the proof that nothing is left to change.

What is written for a camera is what it shows, less what it came with and what its profiles say already.
The files are then loaded as if they were on disk, with the secrets of the cameras in the place of the
variables, and planned: only a camera of which the plan finds nothing to change is taken in.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from recamera_gitops.desired import known
from recamera_gitops.desired.arrivals import Arrival
from recamera_gitops.desired.composing import Spelled, device_text
from recamera_gitops.desired.fleet import Loaded, loaded
from recamera_gitops.desired.known import KnownCamera
from recamera_gitops.desired.lint.selected import condition_of
from recamera_gitops.desired.naming import Found, Naming, Variable, named
from recamera_gitops.desired.nodes import scalars
from recamera_gitops.desired.notation import MASK, Kind, Reference
from recamera_gitops.desired.references import Template, references_in
from recamera_gitops.desired.resolve import ConnectionSecrets
from recamera_gitops.desired.shared import SharedProfile
from recamera_gitops.desired.state import Device, Fleet
from recamera_gitops.errors import ExitCode, InvalidInput
from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.live import Live
from recamera_gitops.reconcile.plan import DevicePlan, Plan, Status
from recamera_gitops.resources.catalog import complaints, leaf_at, resource_at
from recamera_gitops.resources.declared import Declared, Wish, is_below
from recamera_gitops.resources.stating import is_factory
from recamera_gitops.secret import Secret

# What a camera happens to run, and the access point that it happens to be at: a file that names them
# would hold it to them.
_HAPPENS: Final = ("firmware", "models", "network.wifi.bssid")
_NETWORK: Final = "network.wifi.ssid"
_JOINED_WITH: Final = "network.wifi.password"


class Planner(Protocol):
    """As much of a run as the proof needs."""

    def redeclare(
        self, fleet: Fleet, devices: Sequence[Device], variables: Mapping[str, str]
    ) -> None:
        """Mean these devices from now on."""

    def plan(self) -> Plan:
        """Compare them with their cameras."""


@dataclass(slots=True)
class Newcomer:
    """One camera on its way into the files.

    `inherited` is what its profiles say of it, `login` what it is logged in with. `values` is what its
    own file is to say, `unmanaged` what of its profiles it is to be spared, `notes` what people should
    know, and `error` why it is not taken in.
    """

    arrival: Arrival
    device: Device
    identity: KnownCamera
    live: Live
    inherited: Declared
    login: ConnectionSecrets
    values: dict[str, Any] = field(default_factory=dict)
    unmanaged: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    error: str | None = None
    exit_code: ExitCode = ExitCode.DONE

    @property
    def name(self) -> str:
        """The name of its device."""
        return self.arrival.name

    def refuse(self, error: str, code: ExitCode = ExitCode.FAILED) -> None:
        """Do not take it in."""
        self.error, self.exit_code = error, code


@dataclass(frozen=True, slots=True)
class Taken:
    """What is to be written, by path in the repository, and the variables that it refers to."""

    files: Mapping[str, bytes]
    variables: tuple[Variable, ...]
    common: Mapping[str, Any]


class Adoption:
    """Some cameras on their way into one repository, all of them settled together."""

    def __init__(
        self,
        repository: Loaded,
        newcomers: Sequence[Newcomer],
        variables: Mapping[str, str],
        *,
        everything: bool = False,
        shared: SharedProfile | None = None,
        share: int = 100,
    ) -> None:
        self._repository = repository
        self._newcomers = newcomers
        self._variables = variables
        self._everything = everything
        self._shared = shared
        self._share = share
        self._common: dict[str, Any] = {}

    def proven(self, planner: Planner) -> Taken:
        """The files, once a plan of them finds nothing to change; who cannot be taken in is refused.

        Raises InvalidInput where other files of the repository stand against it.
        """
        self._settle()
        taken = self._composed()
        # Every round refuses a camera or spares it a setting, so there is an end.
        while self._left() and not self._holds(taken, planner):
            taken = self._composed()
        return taken

    def _left(self) -> list[Newcomer]:
        return [each for each in self._newcomers if each.error is None]

    def _settle(self) -> None:
        """Decide what each camera's own file says, and what the shared profile does."""
        left = self._left()
        for each in left:
            _settle(each, everything=self._everything)
        if self._shared is not None:
            self._common = in_common([(e.values, e.inherited) for e in left], self._share)
            shared = {path: Wish(value) for path, value in self._common.items()}
            for each in left:
                each.inherited = {**shared, **each.inherited}
                _settle(each, everything=self._everything)

    def _composed(self) -> Taken:
        left = self._left()
        naming = self._naming(left)
        existing = self._repository.files.contents
        files: dict[str, bytes] = {}
        arrivals = {each.name: each.arrival for each in left}
        if self._shared is not None and self._common:
            spelled = _spelled(naming, "")
            files |= self._shared.files(self._common, spelled, existing)
            arrivals |= {each.name: each for each in self._shared.arrivals if each.name in arrivals}
        for each in left:
            arrival, spelled = arrivals[each.name], _spelled(naming, each.name)
            text = device_text(arrival, each.values, each.unmanaged, spelled, existing)
            files[arrival.file] = text.encode("utf-8")
        cameras = {**self._repository.fleet.known, **{e.name: e.identity for e in left}}
        files[known.FILE] = known.text_of(cameras).encode("utf-8")
        return Taken(files, naming.variables, self._common)

    def _naming(self, left: Sequence[Newcomer]) -> Naming:
        shared = [*_found("", self._common)]
        own = [found for each in left for found in _found(each.name, each.values)]
        logins = dict(login for each in left for login in _logins(each))
        return named([*shared, *own], logins, self._used(), self._variables)

    def _used(self) -> frozenset[str]:
        """The variables that the repository refers to."""
        files = self._repository.files
        documents = (*files.profiles, *files.devices, *((files.fleet,) if files.fleet else ()))
        return frozenset(
            reference.name
            for document in documents
            for _, scalar in scalars(document)
            for reference in references_in(scalar)
            if reference.kind is Kind.ENV
        )

    def _holds(self, taken: Taken, planner: Planner) -> bool:
        """Whether a plan of these files finds nothing to change; who stands in the way is dealt with."""
        left = {each.name: each for each in self._left()}
        secrets = {each.name: each.secret.reveal() for each in taken.variables}
        try:
            fleet = loaded(self._repository.fleet.root, taken.files).fleet
            devices = [each for each in fleet.devices if each.name in left]
            planner.redeclare(fleet, devices, {**self._variables, **secrets})
            plan = planner.plan()
        except InvalidInput as error:
            if not _blamed(error, left.values()):
                raise
            return False
        unlike = [each for each in plan.devices if each.status is not Status.UNCHANGED]
        for each in unlike:
            _dealt_with(left[each.device], each)
        return not unlike


def _settle(newcomer: Newcomer, *, everything: bool) -> None:
    """What the camera's own file has to say, so that its profiles and it say what the camera shows."""
    live, inherited = newcomer.live, newcomer.inherited
    newcomer.values, newcomer.notes, newcomer.unmanaged = {}, list(live.notes), []
    for path, value in live.values.items():
        wish, leaf = inherited.get(path), leaf_at(path)
        if wish is None or leaf is None:
            if everything or _is_worth_a_line(path, value, live.values):
                newcomer.values[path] = value
        elif not leaf.wire.codec.equal(
            leaf.wire.codec.target(wish.value, value, live.around), value
        ):
            newcomer.values[path] = _in_its_place(value, wish.value)
    if _NETWORK in live.values and _JOINED_WITH not in inherited:
        newcomer.notes.append(
            f"{_JOINED_WITH}: it cannot be read; state it to join a network again"
        )
    newcomer.unmanaged += [path for path in inherited if _is_out_of_sight(path, live)]
    _obey_the_rules(newcomer)


def _is_out_of_sight(path: str, live: Live) -> bool:
    """Whether the camera does not have a setting at all."""
    resource, leaf = resource_at(path), leaf_at(path)
    if resource is None or leaf is None or path in live.values:
        return False
    optional = leaf.wire.only_if_shown and leaf.wire.codec.on_firmware
    return resource.path in live.unread or optional


def _is_worth_a_line(path: str, value: Json, live: Mapping[str, Any]) -> bool:
    """Whether a setting is in force and differs from what cameras come with."""
    if any(is_below(path, each) for each in _HAPPENS) or is_factory(path, value):
        return False
    condition = condition_of(path)
    if condition is not None and live.get(condition.selector) not in (None, condition.wanted):
        return False
    if isinstance(value, Secret):
        return bool(value.reveal()) and live.get(f"{path.rpartition('.')[0]}.enabled") is not False
    return True


def _in_its_place(value: Json, other: Json) -> Json:
    """The value as it replaces another one: mappings would merge."""
    if isinstance(value, dict) and isinstance(other, dict):
        return {**dict.fromkeys(other), **value}
    return value


def _obey_the_rules(newcomer: Newcomer) -> None:
    """Leave out what no file may say although the camera is so."""
    live = newcomer.live
    for complaint in complaints(live.values, live.around):
        paths = [each.partition("[")[0] for each in complaint.paths]
        stated = [path for path in paths if newcomer.values.pop(path, None) is not None]
        if stated:
            newcomer.notes.append(f"{', '.join(stated)}: left out: {complaint.message}")
        spared = [path for path in paths if path in newcomer.inherited]
        newcomer.unmanaged += [path for path in spared if path not in newcomer.unmanaged]


def in_common(cameras: Sequence[tuple[Mapping[str, Any], Declared]], share: int) -> dict[str, Any]:
    """The settings that at least `share` percent of the cameras would state alike.

    What a profile of one of them says already stays between the two.
    """
    needed = -(-len(cameras) * share // 100)
    paths = dict.fromkeys(path for values, _ in cameras for path in values)
    found: dict[str, Any] = {}
    for path in paths:
        leaf = leaf_at(path)
        if leaf is None or any(path in inherited for _, inherited in cameras):
            continue
        stated = [values[path] for values, _ in cameras if path in values]
        for value in stated:
            if sum(leaf.wire.codec.equal(value, other) for other in stated) >= needed:
                found[path] = value
                break
    return found


def _found(camera: str, values: Mapping[str, Any]) -> Iterator[Found]:
    """The secrets among some values; one that is empty is none."""
    for path, value in values.items():
        if isinstance(value, Secret) and value.reveal():
            yield Found(camera, path, value)


def _logins(newcomer: Newcomer) -> Iterator[tuple[Secret, str]]:
    """What the camera is logged in with, and the reference that says so in a file."""
    login, stated = newcomer.login, newcomer.device.connection
    for secret, template in ((login.password, stated.password), (login.token, stated.token)):
        if secret is not None and template is not None and _is_only_references(template):
            yield secret, "".join(each.written() for each in template.references)


def _is_only_references(template: Template) -> bool:
    """Whether a template can be written elsewhere without writing out anything of a secret."""
    return all(isinstance(part, Reference) and _is_shown(part) for part in template.parts)


def _is_shown(reference: Reference) -> bool:
    """Whether nothing of a reference is masked where it is written."""
    return MASK not in reference.written()


def _spelled(naming: Naming, camera: str) -> Spelled:
    return lambda path, secret: naming.references[camera, path] if secret.reveal() else ""


def _blamed(error: InvalidInput, newcomers: Iterable[Newcomer]) -> bool:
    """Refuse those in whose files something is wrong; whether there were any."""
    found = False
    for each in newcomers:
        wrong = [d for d in error.diagnostics if d.place and d.place.file == each.arrival.file]
        if wrong:
            found = True
            each.refuse("; ".join(f"{d.path}: {d.message}" for d in wrong), ExitCode.ERROR)
    return found


def _dealt_with(newcomer: Newcomer, planned: DevicePlan) -> None:
    """Spare the camera what only its profiles say and it does not show; refuse it for anything else."""
    if planned.status is not Status.CHANGED:
        newcomer.refuse(planned.error or str(planned.status), ExitCode(planned.exit_code))
        return
    paths = [change.path for resource in planned.resources for change in resource.changes]
    moving = [path for path in paths if path in newcomer.live.values]
    if moving:
        newcomer.refuse(f"it was changed while it was read: {', '.join(moving)}")
    newcomer.unmanaged += paths
