"""What is told to programs while it happens: the facts that the schema of events promises, and no others."""

from collections.abc import Mapping
from typing import Final

from recamera_gitops.desired.event_schema import EVENTS
from recamera_gitops.desired.promised import Schema
from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.outcome import Phase, Progress
from recamera_gitops.secret import foreign

# What things are called in the files and by this program. A secret may well be a part of such a word,
# as `recamera` is of `recamera-dock`; masked, it would be the name of nothing, and no less guessed.
_NAMES: Final = frozenset(
    {"fleet", "checksum", "kind", "part", "device", "devices", "phase", "wave", "status"}
    | {"address", "verdict"}
)


def phase_facts(progress: Progress) -> dict[str, Json]:
    """The facts of the event `phase`: one camera has come to one."""
    facts: dict[str, Json] = {"device": progress.device, "phase": str(progress.phase)}
    if progress.detail:
        facts["detail"] = progress.detail
    if progress.percent is not None:
        facts["percent"] = progress.percent
    if progress.phase is Phase.DONE:
        facts["exit_code"] = int(progress.exit_code)
    return facts


def promised(event: str, facts: Mapping[str, Json]) -> dict[str, Json] | None:
    """Those of the facts that are promised of an event, without secrets; None of one that is not promised."""
    if event not in EVENTS:
        return None
    known = EVENTS[event]["properties"]
    return {key: _promised(key, each, known[key]) for key, each in facts.items() if key in known}


def _promised(name: str, value: Json, schema: Schema) -> Json:
    """What the schema of a fact has room for, without secrets; a mapping may go by names of others."""
    if name in _NAMES:
        return value
    if isinstance(value, str):
        return foreign(value)
    if isinstance(value, list):
        return [_promised("", each, schema["items"]) for each in value]
    if not isinstance(value, Mapping):
        return value
    known = schema.get("properties")
    if known is None:
        return {key: _promised("", each, {}) for key, each in value.items()}
    return {key: _promised(key, each, known[key]) for key, each in value.items() if key in known}
