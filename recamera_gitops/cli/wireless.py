"""`wifi`: look at every camera, ask before one may be lost, tell it once, and see what came of it."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Generic, Protocol, TypeVar

from recamera_gitops.cli import console
from recamera_gitops.cli.operating import agreed, chosen, named, operate, succeeded, timely, told
from recamera_gitops.cli.running import Working, opened
from recamera_gitops.cli.selection import Selection
from recamera_gitops.device.asking import Flow, is_in_doubt
from recamera_gitops.device.flows import connect_wifi
from recamera_gitops.errors import (
    CameraError,
    Diagnostic,
    ExitCode,
    InvalidInput,
    Refused,
    Rejected,
    Unsettled,
    WrongCamera,
)
from recamera_gitops.fleet.operating import Done, Operation, Reached
from recamera_gitops.operations.wifi import (
    Forgotten,
    Joined,
    Power,
    Scan,
    Way,
    forgetting,
    forgotten,
    joined_in,
    proved,
    radio,
    scan,
    settled,
    switched,
    switching,
    way,
)
from recamera_gitops.report.operated import View
from recamera_gitops.report.operations.wifi import SCAN
from recamera_gitops.report.values import counted
from recamera_gitops.secret import Secret, foreign

T = TypeVar("T")
_IMPACT: Final = ("connectivity",)
_GONE: Final = {"ssid": None, "bssid": None, "power": False}  # it leaves, wherever it goes
_NO_WAY_BACK: Final = (
    "it is reached over this network and has no other address: nobody could bring it back;"
    " connect it by cable first"
)


@dataclass(frozen=True, slots=True)
class Prospect(Generic[T]):
    """A camera before it is told: what it is already, or what people should know first."""

    already: T | None = None
    warning: str | None = None
    needs_password: bool = False


class Order(Protocol[T]):
    """Something that cameras are told about their radio."""

    @property
    def name(self) -> str:
        """Its command."""
        ...

    def look(self, reached: Reached) -> Prospect[T]:
        """What there is to be done at a camera; an error where it would be in vain."""
        ...

    def prepare(self, working: Working, prospects: Sequence[Prospect[T]]) -> None:
        """Find what is still missing, once it is known that there is something to be done."""
        ...

    def question(self, cameras: str) -> str:
        """What people are asked."""
        ...

    def work(self, reached: Reached) -> T:
        """Tell the camera, and see what came of it."""
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what conditions it is done, and how it is shown."""

    yes: bool
    outside_window: bool
    form: str


def show(selection: Selection, form: str) -> ExitCode:
    """What cameras see."""
    return operate(selection, Operation("wifi scan", _scanned), SCAN, form)


def _scanned(reached: Reached) -> Scan:
    reached.identify()
    return reached.converse(scan())


def carry_out(selection: Selection, order: Order[T], view: View[T], terms: Terms) -> ExitCode:
    """Look at all, ask about those at which there is something to do, do it one camera after another."""
    operation = Operation(order.name, order.work, writes=True, impact=_IMPACT, one_by_one=True)
    with opened(chosen(selection, operation)) as working:
        looks = working.operate(Operation(order.name, partial(_looked, order)))
        done = {each.device: _already(each) for each in looks}
        pending = {
            device: found for device, found in succeeded(looks).items() if found.already is None
        }
        asked = {each.name for each in working.devices if not each.protected} & pending.keys()
        if asked and not working.stop.requested:
            timely(working, operation, outside_window=terms.outside_window)
            order.prepare(working, [pending[name] for name in asked])
            for name in sorted(asked):
                _warn(name, pending[name])
            cameras = counted(len(asked), "camera")
            agreed(working, order.question(cameras), yes=terms.yes)
        devices = named(working.devices, pending)
        done |= {each.device: each for each in working.operate(operation, devices)}
        return told(working, operation, [done[e.name] for e in working.devices], view, terms.form)


def _looked(order: Order[T], reached: Reached) -> Prospect[T]:
    reached.identify()
    return order.look(reached)


def _already(look: Done[Prospect[T]]) -> Done[T]:
    """What stands without anything being done."""
    value = None if look.value is None else look.value.already
    return Done(look.device, look.host, value, look.error, look.exit_code)


def _warn(name: str, prospect: Prospect[T]) -> None:
    if prospect.warning is not None:
        console.warn(f"{name}: {prospect.warning}")


@dataclass(slots=True)
class Joining:
    """To join a network; the password is found out when it turns out that one is needed."""

    ssid: str
    bssid: str | None = None
    password: Secret | None = None
    name: str = field(default="wifi connect", init=False)

    def look(self, reached: Reached) -> Prospect[Joined]:
        """Whether it is in the network, or sees it."""
        seen = reached.converse(scan())
        found = seen.named(self.ssid, self.bssid)
        here = joined_in(found)
        if here is not None:
            return Prospect(already=Joined(here, changed=False))
        _in_sight(seen, self.ssid, self.bssid)
        path = reached.converse(way(reached.client.peer))
        return Prospect(
            warning=_leaving(seen, path) if path.over_wifi else None,
            needs_password=any(each.secured and not each.remembered for each in found),
        )

    def prepare(self, working: Working, prospects: Sequence[Prospect[Joined]]) -> None:
        """Ask for the password where a camera needs one and none was named."""
        if self.password is None and any(each.needs_password for each in prospects):
            self.password = _typed(working, self.ssid)

    def question(self, cameras: str) -> str:
        """What people are asked."""
        return f"Join {foreign(self.ssid)} with {cameras}?"

    def work(self, reached: Reached) -> Joined:
        """Have it join, once."""
        talk = connect_wifi(self.ssid, bssid=self.bssid, password=self.password)
        path = reached.converse(way(reached.client.peer))
        wanted = {"ssid": self.ssid, "bssid": self.bssid, "power": None}
        notes, lost = _say_once(reached, talk, path if path.over_wifi else None, wanted)
        network = reached.converse(proved(settled(self.ssid, self.bssid), lost))
        return Joined(network, changed=True, notes=notes)


@dataclass(frozen=True, slots=True)
class Forgetting:
    """To forget a network."""

    ssid: str
    name: str = field(default="wifi forget", init=False)

    def look(self, reached: Reached) -> Prospect[Forgotten]:
        """Whether it is known not to remember the network."""
        seen = reached.converse(scan())
        found = seen.named(self.ssid)
        if found and not any(each.remembered or each.connected for each in found):
            return Prospect(already=Forgotten(self.ssid, changed=False))
        path = self._way_out(reached, seen)
        if path is not None and not path.wired:
            raise Refused(_NO_WAY_BACK)
        return Prospect(warning=None if path is None else _leaving(seen, path))

    def prepare(self, working: Working, prospects: Sequence[Prospect[Forgotten]]) -> None:
        """Nothing is missing."""

    def question(self, cameras: str) -> str:
        """What people are asked."""
        return f"Have {cameras} forget {foreign(self.ssid)}?"

    def work(self, reached: Reached) -> Forgotten:
        """Have it forgotten, once."""
        path = self._way_out(reached, reached.converse(scan()))
        notes, lost = _say_once(reached, forgetting(self.ssid), path, _GONE)
        if not reached.converse(proved(forgotten(self.ssid), lost)):
            if lost is not None:
                raise Unsettled(f"it is out of sight, and the answer was lost: {lost}") from lost
            notes = (*notes, "it is out of sight, so only the camera's word tells")
        return Forgotten(self.ssid, changed=True, notes=notes)

    def _way_out(self, reached: Reached, seen: Scan) -> Way | None:
        """How it is reached, if it is over the network that it is to forget."""
        if seen.joined is None or seen.joined.ssid != self.ssid:
            return None
        path = reached.converse(way(reached.client.peer))
        return path if path.over_wifi else None


@dataclass(frozen=True, slots=True)
class Powering:
    """To switch the radio."""

    on: bool
    name: str = field(default="wifi power", init=False)

    def look(self, reached: Reached) -> Prospect[Power]:
        """Whether it is so already."""
        if reached.converse(radio()) is self.on:
            return Prospect(already=Power(self.on, changed=False))
        path = self._way_out(reached)
        if path is not None and not path.wired:
            raise Refused(_NO_WAY_BACK)
        return Prospect(warning=None if path is None else _leaving(None, path))

    def prepare(self, working: Working, prospects: Sequence[Prospect[Power]]) -> None:
        """Nothing is missing."""

    def question(self, cameras: str) -> str:
        """What people are asked."""
        return f"Switch the radio {'on' if self.on else 'off'} at {cameras}?"

    def work(self, reached: Reached) -> Power:
        """Have it switched, once."""
        path = self._way_out(reached)
        notes, lost = _say_once(reached, switching(on=self.on), path, _GONE)
        reached.converse(proved(switched(on=self.on), lost))
        return Power(self.on, changed=True, notes=notes)

    def _way_out(self, reached: Reached) -> Way | None:
        """How it is reached, if it is over the radio that is to be switched off."""
        path = None if self.on else reached.converse(way(reached.client.peer))
        return path if path is not None and path.over_wifi else None


def _say_once(
    reached: Reached, talk: Flow[None], leaving: Way | None, wanted: Mapping[str, object]
) -> tuple[tuple[str, ...], CameraError | None]:
    """Tell the camera, and find it again where it leaves; what to know of that, and whose answer was lost."""
    try:
        if leaving is not None:
            return reached.roam(talk, leaving.wired, wanted), None
        reached.converse(talk)
    except (Unsettled, WrongCamera):
        raise
    except CameraError as error:
        if not is_in_doubt(error):
            raise
        return (), error
    return (), None


def _in_sight(seen: Scan, ssid: str, bssid: str | None) -> None:
    """Rejected where a network cannot be joined because nobody sees it."""
    if not seen.radio:
        raise Rejected("its radio is off: `wifi power on` first", code=0)
    if not seen.named(ssid, bssid):
        wanted = ssid if bssid is None else f"{ssid} ({bssid})"
        names = ", ".join(sorted({each.ssid for each in seen.networks if each.ssid})) or "none"
        raise Rejected(f"{foreign(wanted)} is not in sight; it sees: {names}", code=0)


def _leaving(seen: Scan | None, path: Way) -> str:
    here = None if seen is None or seen.joined is None else seen.joined.ssid
    network = f"the network {here}" if here else "its wireless network"
    also = f"also at {path.wired}" if path.wired else "and it has no other address"
    return f"it is reached over {network}, which it leaves; it is looked for where it is, {also}"


def password_in(variable: str | None) -> Secret | None:
    """The password in a variable of the environment; InvalidInput where nothing is there."""
    if variable is None:
        return None
    value = os.environ.get(variable)
    if value:
        return Secret(value)
    rule, message = "unset-variable", f"the environment variable {variable} is not set"
    if value is not None:
        rule, message = "empty-secret", f"the environment variable {variable} is empty"
    raise InvalidInput([Diagnostic(rule, message, "--password-env")])


def _typed(working: Working, ssid: str) -> Secret:
    """The password that somebody types; Refused where nobody is there."""
    network = foreign(ssid)
    if not console.is_terminal(sys.stdin):
        hint = "name the variable that holds it: --password-env NAME"
        problem = Diagnostic("needs-password", f"{network} wants a password", hint=hint)
        raise Refused("nothing was written", [problem])
    with working.interruption.asking():
        typed = console.hidden(f"Password of {network}:")
    if not typed:
        raise Refused("no password was typed; nothing was written")
    return Secret(typed)
