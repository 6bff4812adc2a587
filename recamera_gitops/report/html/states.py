"""What a camera, or a part of it, may be said to be: a word and a sign each, never a colour alone. Pure."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from recamera_gitops.reconcile.outcome import DeviceOutcome, Verdict
from recamera_gitops.report.outcomes import ending


class State(NamedTuple):
    """`name` is also the name of its style; `says` is for the legend."""

    name: str
    sign: str
    says: str


_ALL: Final = (
    State("failed", "✗", "failed"),
    State("unknown", "?", "sent, and nobody knows what came of it"),
    State("unverified", "≠", "the camera keeps something else"),
    State("stale", "↻", "no longer what the plan saw"),
    State("refused", "⊘", "refused: protected, or by a policy"),
    State("interrupted", "‖", "interrupted"),
    State("unreachable", "∅", "out of reach"),
    State("unread", "?", "could not be read"),
    State("not-begun", "○", "not begun"),
    State("not-attempted", "○", "not attempted"),
    State("changed", "~", "differs"),
    State("verified", "✓", "written, and read back"),
    State("done", "✓", "done"),
    State("unchanged", "·", "as declared"),
)
STATES: Final = {each.name: each for each in _ALL}
_GRAVITY: Final = {each.name: number for number, each in enumerate(_ALL)}


def by_gravity(names: Iterable[str]) -> list[str]:
    """The names, the gravest first."""
    return sorted(names, key=_GRAVITY.__getitem__)


def of_verdict(verdict: Verdict) -> str:
    """The state of a resource after apply."""
    return str(verdict).replace(" ", "-")


def of_outcome(outcome: DeviceOutcome) -> str:
    """The state of a camera after apply."""
    word = ending(outcome).replace(" ", "-")
    return "unchanged" if word == "done" and not outcome.outcomes else word
