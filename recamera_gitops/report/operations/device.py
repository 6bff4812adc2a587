"""A camera as a machine: what it is, who is let in, and what became of it when it was told to restart. Pure."""

from collections.abc import Iterator
from typing import Final

from recamera_gitops.operations.access import Certificate, Changed, Login, PinState
from recamera_gitops.operations.configuration import Backup, Restored
from recamera_gitops.operations.information import Information
from recamera_gitops.operations.restarts import FactoryReset, Reboot, ResetProof, Restarted
from recamera_gitops.report.operated import View
from recamera_gitops.report.operations.facts import UNKNOWN, YES_OR_NO, facts, size
from recamera_gitops.report.paint import Paint
from recamera_gitops.secret import printable

_SHORT: Final = len("sha256:") + 16


def _identity(found: Information) -> tuple[str, str]:
    return found.serial or UNKNOWN, found.firmware or UNKNOWN


def _information(found: Information, paint: Paint) -> Iterator[str]:
    disk = UNKNOWN if found.free_disk is None else f"{found.free_disk:g}"
    yield from facts(
        [
            ("serial", found.serial or UNKNOWN),
            ("firmware", found.firmware or UNKNOWN),
            ("sensor", found.sensor or UNKNOWN),
            ("base plate", found.base_plate or UNKNOWN),
            ("first use", YES_OR_NO[found.first_use]),
            ("https", YES_OR_NO[found.https]),
            ("ssh", YES_OR_NO[found.ssh]),
            ("api key", YES_OR_NO[found.api_key]),
            ("free disk", disk),
        ],
        paint,
    )
    if found.first_use:
        yield "It has its factory password, and tells nothing more before that is changed."


INFORMATION: Final = View[Information](
    ("serial", "firmware", "sensor", "first use", "https", "ssh", "api key"),
    lambda found: (
        *_identity(found),
        found.sensor or UNKNOWN,
        YES_OR_NO[found.first_use],
        YES_OR_NO[found.https],
        YES_OR_NO[found.ssh],
        YES_OR_NO[found.api_key],
    ),
    _information,
)


def _by(found: Login) -> str:
    who = found.way if found.username is None else f"{found.way} of {found.username}"
    return f"{who}, the one that it is to have" if found.next else who


def _why(found: Login) -> str:
    wait = "" if found.wait_seconds is None else f" ({found.wait_seconds} s)"
    return f"{found.detail or UNKNOWN}{wait if str(found.wait_seconds) not in found.detail else ''}"


LOGIN: Final = View[Login](
    ("login", "by", "why"), lambda found: (str(found.state), _by(found), _why(found))
)


def _print(fingerprint: str | None) -> str:
    return UNKNOWN if fingerprint is None else f"{fingerprint[:_SHORT]}…"


def _certificate(found: Certificate, paint: Paint) -> Iterator[str]:
    role = "trouble" if found.state is PinState.CHANGED else "good"
    yield paint(role, str(found.state))
    if found.shown is None:
        return
    yield from facts(
        [
            ("shown", found.shown),
            ("known", found.known or UNKNOWN),
            ("subject", found.subject or UNKNOWN),
            ("valid", f"{found.valid_from or UNKNOWN} to {found.valid_until or UNKNOWN}"),
        ],
        paint,
    )


CERTIFICATE: Final = View[Certificate](
    ("certificate", "shown", "known", "valid until"),
    lambda found: (
        str(found.state),
        _print(found.shown),
        _print(found.known),
        found.valid_until or UNKNOWN,
    ),
    _certificate,
)

REBOOT: Final = View[Reboot](
    ("serial", "restart", "firmware"),
    lambda found: (
        found.serial,
        "seen: it answers again" if found.restart is Restarted.SEEN else "asked for",
        found.firmware or UNKNOWN,
    ),
)

_PROOFS: Final = {
    ResetProof.ACCEPTED: "accepted; nobody has looked further",
    ResetProof.FIRST_USE: "done: it has its factory password again",
    ResetProof.NEW_CERTIFICATE: "done: it answers with a new certificate",
}
RESET: Final = View[FactoryReset](
    ("serial", "reset"), lambda found: (found.serial, _PROOFS[found.proof])
)


def _changed(found: Changed, paint: Paint) -> Iterator[str]:
    yield paint("good", "changed, and proved by a login")
    if found.stated_at is not None:
        yield f"the files state the old one at {found.stated_at}: {_advice(found)}"


def _advice(found: Changed) -> str:
    if found.shared:
        return "other cameras have it from there too, so state this one's own in its file"
    return "what stands there has to lead to the new one"


CHANGED: Final = View[Changed](
    ("password", "the files state the old one at", "now"),
    lambda found: ("changed, and proved", found.stated_at or UNKNOWN, _advice(found)),
    _changed,
)

BACKUP: Final = View[Backup](
    ("file", "size", "md5"),
    lambda found: (found.file, size(found.size_bytes), found.md5),
    lambda found, paint: facts(
        [
            ("file", found.file),
            ("size", size(found.size_bytes)),
            ("md5", found.md5),
            ("sha256", found.sha256),
        ],
        paint,
    ),
)


def _restored(found: Restored, paint: Paint) -> Iterator[str]:
    if not found.restarted:
        yield "taken; it holds from the next restart on, which some firmware does by itself"
        yield "then look at its address, its password and its certificate: they came with the file"
    elif found.opened:
        yield paint("good", f"restored: it has restarted and runs {found.firmware or UNKNOWN}")
    else:
        yield paint("trouble", "taken and restarted; the files no longer open it")
        yield printable(found.trouble or "")


RESTORED: Final = View[Restored](
    ("serial", "restarted", "opens", "why not"),
    lambda found: (
        found.serial,
        YES_OR_NO[found.restarted],
        YES_OR_NO[found.opened],
        found.trouble or UNKNOWN,
    ),
    _restored,
)
