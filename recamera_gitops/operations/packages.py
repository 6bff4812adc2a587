"""Files that go to a camera, or come from one, as a whole: looked at by their names, never unpacked."""

import re
import tarfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from recamera_gitops.artifact import Artifact, measured
from recamera_gitops.errors import Diagnostic, InvalidInput
from recamera_gitops.secret import foreign

# What the camera looks for in an image [cgi].
_MEMBERS: Final = ("boot.img", "rootfs.img", "RK_OTA_update.sh")
_GZIP: Final = b"\x1f\x8b"
_MOST_MEMBERS: Final = 10_000
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_OURS: Final = re.compile(r"(?P<owner>.+)-\d{8}T\d{6}Z\.tar")
_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9._-]")
_LONGEST: Final = 64


def image(path: Path) -> Artifact:
    """The image of a firmware at a path; InvalidInput with everything that keeps it from being one."""
    file, names = _opened(path, "an image is a tar with boot.img and more")
    lacking = [each for each in _MEMBERS if each not in names]
    if lacking:
        raise InvalidInput(
            _problem(path, f"there is no {each} in it", "the camera would refuse it")
            for each in lacking
        )
    return file


def configuration(path: Path) -> Artifact:
    """The configuration of a camera at a path; InvalidInput where the file cannot be one."""
    file, names = _opened(path, "`device backup` makes one")
    if not names:
        raise InvalidInput([_problem(path, "the tar is empty", "`device backup` makes one")])
    return file


def backup_name(device: str, serial: str, made: datetime) -> str:
    """What the configuration of a camera is called."""
    return f"{device}-{_in_a_name(serial)}-{made.strftime(_STAMP)}.tar"


def stranger(name: str, serial: str, known: Iterable[str]) -> str | None:
    """Whose configuration a file holds by its name, if that is another camera's; None where it is not told.

    It is a serial number where that is `known`, else device and serial number as they stand there.
    """
    matched = _OURS.fullmatch(name)
    if matched is None or _belongs(matched["owner"], serial):
        return None
    found = [each for each in known if _belongs(matched["owner"], each)]
    return max(found, key=len, default=matched["owner"])


def _belongs(owner: str, serial: str) -> bool:
    return owner.endswith(f"-{_in_a_name(serial)}")


def _in_a_name(serial: str) -> str:
    """A serial number as it may stand in the name of a file, whatever a camera calls itself."""
    return _NOT_IN_NAMES.sub("_", serial)[:_LONGEST]


def _opened(path: Path, hint: str) -> tuple[Artifact, set[str]]:
    try:
        file = measured(str(path), path)
        if not file.size:
            raise InvalidInput([_problem(path, "it is empty", hint, rule="empty-file")])
        return file, set(_names(path))
    except FileNotFoundError as error:
        problem = _problem(path, "there is no such file", "correct the path", rule="no-such-file")
        raise InvalidInput([problem]) from error
    except tarfile.TarError as error:
        raise InvalidInput(
            [_problem(path, f"it is no tar: {foreign(str(error))}", hint)]
        ) from error
    except (EOFError, ValueError, OSError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"it cannot be read: {foreign(reason)}"
        raise InvalidInput([_problem(path, message, hint, rule="unreadable")]) from error


def _names(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        packed = file.read(len(_GZIP)) == _GZIP
    with tarfile.open(path, "r:gz" if packed else "r:") as tar:
        for number, member in enumerate(tar):
            if number >= _MOST_MEMBERS:
                raise tarfile.TarError(f"it has more than {_MOST_MEMBERS} members")
            yield member.name.removeprefix("./")


def _problem(path: Path, message: str, hint: str, *, rule: str = "not-a-package") -> Diagnostic:
    return Diagnostic(rule, message, str(path), hint=hint)
