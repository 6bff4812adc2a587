"""The camera's own software."""

from collections.abc import Generator, Iterator
from typing import Any, Final

from recamera_gitops.exchange import Json
from recamera_gitops.resources.base import (
    Complaint,
    FlowShape,
    Impact,
    Resource,
    Section,
    Stage,
    Values,
    View,
    wire,
)
from recamera_gitops.resources.codecs import Around, Codec
from recamera_gitops.versions import is_same, release

ADDRESS: Final = "firmware"
VERSION: Final = f"{ADDRESS}.version"
IDENTITY: Final = "/system/device-info"
UPGRADE: Final = "/system/firmware-upgrade?upload-type=network"


class Version(Codec):
    """A version; `V1.1.0` and `1.1.0` are the same."""

    def equal(self, one: Any, other: Any) -> bool:
        """Equal as versions."""
        return is_same(one, other)

    def canonical(self, value: Any) -> Json:
        """The numbers, or the text where there are none."""
        found = release(value)
        return value if found is None else ".".join(map(str, found))


class Instruction(Codec):
    """How something is to be done; there is nothing on the camera to compare it with."""

    write_only = True


def _url_belongs_to_a_version(view: View) -> Iterator[Complaint]:
    for path in ("url", "allow_downgrade"):
        if view(path) is not None and view("version") is None:
            yield Complaint("no-version", (path,), "it says nothing without firmware.version")


class Firmware(Section):
    """The software of the camera. A change downloads it, flashes it and restarts the camera."""

    rules = (_url_belongs_to_a_version,)

    version: str | None = wire(
        "sFirmwareVersion",
        "Version that is to run.",
        codec=Version(),
        pattern=r"^[Vv]?[0-9]{1,6}(\.[0-9]{1,6}){1,3}$",
        examples=["V1.1.0"],
    )
    url: str | None = wire(
        "url",
        "GitHub repository whose latest release is that version; the vendor's where it is absent.",
        codec=Instruction(),
        pattern=r"^https://[!-~]+$",
        max_length=500,
        examples=["https://github.com/Seeed-Studio/reCamera-Pro-OTA"],
    )
    allow_downgrade: bool | None = wire(
        "allow_downgrade", "Whether an older version may be installed.", codec=Instruction()
    )


def running_firmware() -> Generator[str, Json, dict[str, Any]]:
    """`firmware`: the version that runs."""
    identity = yield IDENTITY
    return {"firmware": identity.get("sFirmwareVersion") if isinstance(identity, dict) else None}


def goes_up(view: View, around: Around) -> Iterator[Complaint]:
    """An older version takes a word of its own."""
    wanted, running = release(view(VERSION)), release(around.get("firmware"))
    if wanted is None or running is None or wanted >= running:
        return
    if view("firmware.allow_downgrade") is not True:
        yield Complaint(
            "downgrade",
            (VERSION,),
            f"{view(VERSION)} is older than {around['firmware']}, which runs",
            "firmware.allow_downgrade: true allows it",
        )


def _arguments(targets: Values, differing: set[str], live: Values) -> dict[str, Any]:
    del differing, live
    return {"version": targets["version"], "url": targets.get("url")}


def _preview(arguments: Values) -> Iterator[tuple[str, str, str, Json]]:
    url = arguments["url"]
    body = None if url is None else {"sReleaseURL": url}
    yield "POST", UPGRADE, f"firmware: look for {arguments['version']}", body
    yield "POST", UPGRADE, "firmware: confirm, once", {"sConfirmToken": "(sensitive)"}


FLOWS: Final = {"firmware": FlowShape(_arguments, _preview)}

RESOURCES: Final = (
    Resource(
        ADDRESS,
        Firmware,
        stage=Stage.FIRMWARE,
        get=IDENTITY,
        flow="firmware",
        impact=(Impact.REBOOT,),
        barrier=True,
    ),
)
