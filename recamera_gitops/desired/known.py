"""known_cameras.yaml: the serial number and the certificate that each device was seen with."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, Field, RootModel

from recamera_gitops.files import replace_file
from recamera_gitops.resources.base import Section

FILE: Final = "known_cameras.yaml"
_HEADER: Final = """\
# Which camera stands behind each device: its serial number and the SHA-256 of its certificate.
# Written by `recamera-gitops trust`; review changes like code, a wrong line means a wrong camera.
"""
_SERIAL: Final = r"^[!-~]{1,64}$"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_PLAIN_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")
_WORDS: Final = frozenset({"null", "true", "false"})


@dataclass(frozen=True, slots=True)
class KnownCamera:
    """A camera as it was seen; `fingerprint` is 64 lower-case digits, None where it has no TLS.

    The serial number is None where only the certificate could be seen yet.
    """

    serial: str | None
    fingerprint: str | None = None


def normalised_fingerprint(text: str) -> str:
    """64 lower-case digits; `sha256:` before them, colons between them and capitals are accepted."""
    digits = re.sub("^sha256:", "", text.strip().lower()).replace(":", "")
    if not _DIGEST.fullmatch(digits):
        raise ValueError("a fingerprint is `sha256:` and 64 hexadecimal digits")
    return digits


class KnownEntry(Section):
    """One camera as it was seen."""

    serial: str | None = Field(
        default=None,
        pattern=_SERIAL,
        description="Serial number; a camera with its factory password does not tell it yet.",
    )
    fingerprint: Annotated[str, AfterValidator(normalised_fingerprint)] | None = Field(
        default=None, description="SHA-256 of the certificate."
    )


class KnownFile(RootModel[dict[str, KnownEntry]]):
    """The whole file: device → camera."""

    def cameras(self) -> dict[str, KnownCamera]:
        """The entries as values."""
        return {name: KnownCamera(e.serial, e.fingerprint) for name, e in self.root.items()}


def is_serial(text: str) -> bool:
    """Whether a serial number can stand in the file."""
    return re.fullmatch(_SERIAL, text) is not None


def text_of(known: Mapping[str, KnownCamera]) -> str:
    """The file's text: sorted, every value in quotes."""
    lines = [_HEADER]
    for name, camera in sorted(known.items()):
        entry = [] if camera.serial is None else [f"serial: {json.dumps(camera.serial)}"]
        if camera.fingerprint is not None:
            digest = normalised_fingerprint(camera.fingerprint)
            entry.append(f'fingerprint: "sha256:{digest}"')
        lines.append(f"{_key(name)}: {{{', '.join(entry)}}}\n")
    return "".join(lines) if known else _HEADER + "{}\n"


def _key(name: str) -> str:
    plain = _PLAIN_KEY.fullmatch(name) and name.lower() not in _WORDS
    return name if plain else json.dumps(name)


def write(root: Path, known: Mapping[str, KnownCamera]) -> None:
    """Replace the file as a whole; on any error the old one is intact."""
    replace_file(root / FILE, text_of(known).encode("utf-8"))
