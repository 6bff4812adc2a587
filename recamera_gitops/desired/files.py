"""The files of a repository: which ones there are, and their documents as they stand."""

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Keyed
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recamera_gitops.desired import known
from recamera_gitops.desired.document import LARGEST_FILE, parse
from recamera_gitops.desired.findings import Findings
from recamera_gitops.desired.nodes import Mapping, Node, Scalar
from recamera_gitops.errors import Diagnostic, Place

FLEET_FILE: Final = "fleet.yaml"
_DIRECTORIES: Final = ("profiles", "devices")
_SUFFIXES: Final = (".yaml", ".yml")
_MOST_FILES: Final = 20_000
# Without it in a file, nobody has to look for comments there.
_ADDRESSED: Final = b"rcg:"


@dataclass(frozen=True, slots=True)
class Repository:
    """The documents of a repository; `known` is None without a known_cameras.yaml.

    `contents` are the files that they were read from, `commented` those in which comments may speak to
    this program.
    """

    fleet: Mapping | None
    profiles: tuple[Mapping, ...]
    devices: tuple[Mapping, ...]
    known: Mapping | None
    contents: Keyed[str, bytes]
    commented: dict[str, bytes]


def read(root: Path, findings: Findings, instead: Keyed[str, bytes]) -> Repository:
    """Every document of the repository; what cannot be read is a finding.

    A file that `instead` names, there or not, has the content that stands there.
    """
    reader = _Reader(root, findings, instead)
    fleet = reader.single(root / FLEET_FILE, required=True)
    in_profiles, in_devices = (reader.listed(root / each) for each in _DIRECTORIES)
    profiles = tuple(
        document for path in in_profiles if (document := reader.single(path)) is not None
    )
    devices = tuple(document for path in in_devices for document in reader.all(path))
    cameras = reader.single(root / known.FILE)
    return Repository(fleet, profiles, devices, cameras, reader.contents, reader.commented)


def unread(root: Path) -> dict[str, bytes]:
    """Files below profiles/ and devices/ that look like YAML and are not read: name and content."""
    paths = (
        path
        for directory in _DIRECTORIES
        for path in sorted((root / directory).rglob("*"))
        if path.suffix.lower() in _SUFFIXES and not _is_hidden(path.relative_to(root))
    )
    return {
        path.relative_to(root).as_posix(): _readable(path)
        for path in paths
        if path.is_file() and not _is_read(path, root)
    }


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _is_read(path: Path, root: Path) -> bool:
    return path.suffix in _SUFFIXES and path.parent.parent == root


def _readable(path: Path) -> bytes:
    """What stands in a file, nothing where nobody may know."""
    try:
        return contents(path, LARGEST_FILE)
    except OSError:
        return b""


def yaml_files(paths: Iterable[Path]) -> list[Path]:
    """Those that are read of the files in a directory, by name."""
    return sorted(p for p in paths if p.suffix in _SUFFIXES and not p.name.startswith("."))


class _Reader:
    def __init__(self, root: Path, findings: Findings, instead: Keyed[str, bytes]) -> None:
        self.contents: dict[str, bytes] = {}
        self._instead = instead
        self._root = root
        self._real = root.resolve()
        self._findings = findings
        self.commented: dict[str, bytes] = {}

    def listed(self, directory: Path) -> list[Path]:
        """The YAML files of a directory, by name."""
        there = directory.iterdir() if directory.is_dir() else ()
        new = (path for name in self._instead if (path := self._root / name).parent == directory)
        paths = yaml_files({*there, *new})
        if len(paths) > _MOST_FILES:
            message = f"more than {_MOST_FILES} files in one directory"
            self._report("too-large", message, self._place(directory))
            return []
        return paths

    def single(self, path: Path, *, required: bool = False) -> Mapping | None:
        """The only document of a file, None where there is none."""
        there = self._name(path) in self._instead or os.path.lexists(path)
        if not required and not there:
            return None
        content = self._content(path)
        if content is None:
            return None
        documents = list(self._documents(path, content))
        if not documents and required and not self._has_findings:
            self._report("empty-file", "the file says nothing", self._place(path))
        for extra in documents[1:]:
            message = "only files in devices/ may hold several documents"
            self._report("several-documents", message, extra.place)
        return documents[0] if documents else None

    def all(self, path: Path) -> Iterator[Mapping]:
        """Every document of a file."""
        content = self._content(path)
        return iter(()) if content is None else self._documents(path, content)

    def _documents(self, path: Path, content: bytes) -> Iterator[Mapping]:
        nodes, diagnostics = parse(content, self._name(path))
        self._has_findings = bool(diagnostics)
        if _ADDRESSED in content and not diagnostics:
            self.commented[self._name(path)] = content
        self._findings.add(diagnostics)
        for node in nodes:
            if isinstance(node, Mapping):
                yield node
            elif not _is_nothing(node):
                self._report("wrong-type", "expected a mapping", node.place)

    def _content(self, path: Path) -> bytes | None:
        place = self._place(path)
        if not path.resolve().is_relative_to(self._real):
            self._report("outside", "the file leads out of the repository", place)
            return None
        try:
            content = self._instead.get(self._name(path))
            if content is None:
                content = contents(path, LARGEST_FILE)
        except FileNotFoundError:
            self._report("no-fleet", "there is no such file", place)
        except OSError as error:
            self._report("unreadable", f"cannot be read: {error.strerror}", place)
        else:
            self.contents[self._name(path)] = content
            return content
        return None

    def _report(self, rule: str, message: str, place: Place) -> None:
        self._findings.add([Diagnostic(rule, message, place=place)])

    def _place(self, path: Path) -> Place:
        return Place(self._name(path), 1, 1)

    def _name(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()


def contents(path: Path, most: int) -> bytes:
    """At most one byte more than `most` of a file; OSError also where it is something else."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a file")
        return file.read(most + 1)


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.plain and node.text == ""
