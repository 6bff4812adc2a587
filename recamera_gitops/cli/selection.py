"""Which cameras a command is about, as it stands on the command line."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Selection:
    """Which repository, which of its cameras, and whether its files may name programs to run.

    `limit` means the cameras that ended so in an earlier run (`@failed`, `@unreachable:RUN`), `shard`
    one of several parts of the fleet (`3/8`). What happens is told to the file `events` (`-` is stderr).
    With a `scheduler` the workers of its cluster reach the cameras, without one this machine does.
    """

    directory: Path | None
    names: tuple[str, ...] = ()
    selector: str | None = None
    allow_cmd: bool = False
    limit: str | None = None
    shard: str | None = None
    events: Path | None = None
    scheduler: str | None = None
