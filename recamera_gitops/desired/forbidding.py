"""What `policy.forbid` forbids."""

import json

from recamera_gitops.resources.declared import is_below


def forbids(rule: str, path: str, value: object) -> bool:
    """Whether a rule, `path` or `path=value`, forbids that the setting at a path becomes a value."""
    below, equals, forbidden = rule.partition("=")
    return is_below(path, below) and (not equals or _text(value) == forbidden)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
