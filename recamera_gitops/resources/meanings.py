"""What the words of a choice mean, which editors show."""

from collections.abc import Mapping
from typing import Any


def means(words: Mapping[str, str]) -> dict[str, Any]:
    """Said of a field beside its limits: word → what it means."""
    return {"json_schema_extra": {"meanings": dict(words)}}
