"""What holds of a resource or a conversation that says nothing else."""

from collections.abc import Iterator, Mapping
from typing import Any

from recamera_gitops.exchange import Json


def whole(body: Json) -> Json:
    """The object as it was read."""
    return body


def nothing_pending(raw: Json) -> str | None:
    """The camera is done at once."""
    del raw
    return None


def always(path: str, after: Json, raw: Json) -> bool:
    """Whatever the change is."""
    del path, after, raw
    return True


def no_warning(moved: Mapping[str, Any], raw: Json) -> Iterator[str]:
    """There is nothing to say."""
    del moved, raw
    return iter(())


def nothing_more(raw: Json, patched: Json) -> dict[str, Any]:
    """The arguments are all."""
    del raw, patched
    return {}
