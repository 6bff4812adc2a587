"""The repository that is meant: the named one, or the nearest one upward."""

from pathlib import Path
from typing import Final

from recamera_gitops.errors import Diagnostic, InvalidInput

_FILE: Final = "fleet.yaml"


def root_of(directory: Path | None) -> Path:
    """The named repository, else the nearest one upward."""
    here = Path.cwd() if directory is None else directory
    candidates = (here, *here.parents) if directory is None else (here,)
    for each in candidates:
        if (each / _FILE).is_file():
            return each
    where = "here or in any directory above" if directory is None else f"in {here}"
    hint = "name the repository with -C DIR"
    raise InvalidInput([Diagnostic("no-fleet", f"there is no {_FILE} {where}", hint=hint)])
