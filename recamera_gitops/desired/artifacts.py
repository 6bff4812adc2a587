"""Files of the repository that cameras are to have: there at all, and measured when a run begins."""

from collections.abc import Iterator
from pathlib import Path

from recamera_gitops.artifact import Artifact, measured
from recamera_gitops.desired.messages import echo
from recamera_gitops.desired.state import Device
from recamera_gitops.errors import Diagnostic
from recamera_gitops.resources.catalog import leaf_at
from recamera_gitops.resources.declared import Wish


def names_file(path: str) -> bool:
    """Whether the setting at a path names a file of the repository."""
    leaf = leaf_at(path)
    return leaf is not None and leaf.wire.codec.from_file


def unusable(device: Device, root: Path) -> Iterator[Diagnostic]:
    """A complaint about every declared file that cannot be used."""
    for path, wish in device.declared.items():
        if names_file(path):
            problem = _problem(root, str(wish.value))
            if problem is not None:
                yield _about(path, wish, *problem)


def artifact(path: str, wish: Wish, root: Path) -> Artifact | Diagnostic:
    """The declared file, measured; or what is wrong with it."""
    name = str(wish.value)
    problem = _problem(root, name)
    if problem is not None:
        return _about(path, wish, *problem)
    try:
        return measured(name, (root / name).resolve())
    except OSError as error:
        return _about(path, wish, "unreadable", f"{echo(name)} cannot be read: {error.strerror}")


def _about(path: str, wish: Wish, rule: str, message: str) -> Diagnostic:
    return Diagnostic(rule, message, f"config.{path}", wish.place)


def _problem(root: Path, name: str) -> tuple[str, str] | None:
    """Rule and message; None where the file can be used."""
    try:
        path = (root / name).resolve()
        if not path.is_relative_to(root.resolve()):
            return "outside", f"{echo(name)} leads out of the repository"
        if not path.is_file():
            return "no-such-file", f"there is no file {echo(name)} in the repository"
        size = path.stat().st_size
    except (OSError, ValueError):
        return "unreadable", f"{echo(name)} cannot be read"
    return None if size else ("empty-file", f"{echo(name)} is empty")
