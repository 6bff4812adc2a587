"""What a camera has made of its wishes, as values that its files could state instead. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.planner import Comparison, Managed, shown
from recamera_gitops.resources.base import is_known
from recamera_gitops.resources.declared import sibling_of
from recamera_gitops.resources.fragment import LaidOver, lacks, moves_a_secret
from recamera_gitops.resources.stating import may_be_stated
from recamera_gitops.resources.values import MISSING

NEVER_WRITTEN: Final = "a secret is never written into a file"


@dataclass(frozen=True, slots=True)
class Taken:
    """One setting as the camera has it: what the files declare, and what they would state instead."""

    path: str
    before: Json
    after: Json


@dataclass(frozen=True, slots=True)
class Left:
    """One setting that is not as declared and cannot be taken over, with the reason."""

    path: str
    reason: str


def drifted(comparison: Comparison) -> Iterator[Taken | Left]:
    """Every managed setting that differs, taken over where it can be.

    What the camera does not count at the moment is passed over where the setting that it hangs on is
    taken over as well: it is then no longer compared.
    """
    differing = {each.path for each in comparison.differing}
    for each in comparison.differing:
        when = each.leaf.wire.when
        if each.drifts and when is not None:
            sibling = sibling_of(each.path, when.sibling)
            if sibling not in differing:
                yield Left(
                    each.path, f"on the camera it counts only while {when.sibling} is {when.value}"
                )
            continue
        reason = _why_not(each)
        yield Left(each.path, reason) if reason else _taken(each)


def _taken(each: Managed) -> Taken:
    after = each.leaf.wire.codec.restated(each.live, each.wish.value)
    return Taken(each.path, shown(each.wish.value), after)


def _why_not(each: Managed) -> str | None:
    """Why a live value cannot stand in a file; None where it can."""
    return next(_not_seen(each), None) or next(_not_for_files(each), None)


def _not_seen(each: Managed) -> Iterator[str]:
    codec = each.leaf.wire.codec
    if each.known_after:
        yield f"it cannot be seen before {each.known_after} has changed"
    if codec.sensitive:
        yield NEVER_WRITTEN
    if each.live is MISSING:
        yield "the camera does not show it"
    if codec.from_file:
        yield "the camera has another file, which its settings do not hold"
    if not is_known(each.live):
        yield "the camera shows something that no file can state"


def _not_for_files(each: Managed) -> Iterator[str]:
    if each.resource.whole is not None:
        word = shown(each.wish.value)
        yield f"the camera has it; remove `{word}` where it stands if it is to stay"
    elif isinstance(each.leaf.wire.codec, LaidOver) and moves_a_secret(each.live, each.wish.value):
        yield NEVER_WRITTEN
    elif isinstance(each.leaf.wire.codec, LaidOver) and lacks(each.live, each.wish.value):
        yield "the camera does not show all of it"
    elif not may_be_stated(each.path, _taken(each).after):
        yield "the camera has a value that no file may state"
