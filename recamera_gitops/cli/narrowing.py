"""Parts of the cameras that are meant: those that ended so in a run, one of several shards, one wave."""

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Final, NoReturn

from recamera_gitops.desired.state import Device, Fleet
from recamera_gitops.errors import Diagnostic, ExitCode, InvalidInput
from recamera_gitops.fleet import runs
from recamera_gitops.fleet.rollout import wave_of

_LIMIT: Final = re.compile(r"@(?P<how>failed|unreachable)(?::(?P<run>.+))?")
_SHARD: Final = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})")
_ENDED: Final[dict[str, Callable[[ExitCode], bool]]] = {
    "failed": lambda code: code not in (ExitCode.DONE, ExitCode.UNREACHABLE),
    "unreachable": lambda code: code is ExitCode.UNREACHABLE,
}


def limited(fleet: Fleet, devices: Sequence[Device], limit: str) -> tuple[Device, ...]:
    """The cameras that failed, or were out of reach, in a run; InvalidInput where that is nobody."""
    match = _LIMIT.fullmatch(limit)
    if match is None:
        _wrong("--limit", f"{limit!r} is no limit", "write @failed, @unreachable or @failed:RUN")
    past = runs.find(fleet.root, match["run"] or runs.LATEST)
    is_meant = _ENDED[match["how"]]
    ends = {name: ExitCode(told["exit_code"]) for name, told in past.devices.items()}
    unsure = {name for name in past.begun if name not in ends and match["how"] == "failed"}
    meant = {name for name, code in ends.items() if is_meant(code)} | unsure
    chosen = tuple(each for each in devices if each.name in meant)
    if not chosen:
        _wrong("--limit", f"no camera that is meant ended so in run {past.run}", None)
    return chosen


def sharded(devices: Sequence[Device], shard: str) -> tuple[Device, ...]:
    """One part of the cameras; which, depends on a camera's name alone, so that it stays there."""
    match = _SHARD.fullmatch(shard)
    number, parts = (int(each) for each in match.groups()) if match else (1, 0)
    if number > parts:
        _wrong("--shard", f"{shard!r} is no shard", "3/8 is the third of eight")
    return tuple(each for each in devices if _part(each.name, parts) == number)


def in_wave(fleet: Fleet, devices: Sequence[Device], wave: int) -> tuple[Device, ...]:
    """The cameras of one wave of the rollout; InvalidInput where there is no such wave."""
    waves = fleet.rollout.waves or []
    if not 1 <= wave <= len(waves):
        _wrong(
            "--wave", f"there is no wave {wave}", f"rollout.waves of fleet.yaml has {len(waves)}"
        )
    return tuple(each for each in devices if wave_of(fleet.rollout, each.labels) == wave)


def _part(name: str, parts: int) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) % parts + 1


def _wrong(option: str, message: str, hint: str | None) -> NoReturn:
    raise InvalidInput([Diagnostic("bad-option", message, option, hint=hint)])
