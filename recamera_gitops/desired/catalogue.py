"""What this package asks the catalogue of settings: which paths there are, and which are secret."""

from functools import cache
from typing import Final

from recamera_gitops.desired.messages import did_you_mean, echo
from recamera_gitops.resources.catalog import COLLECTIONS, EVERY_LEAF, is_address, leaf_at

# The settings in the order in which people meet them.
FAMILIES: Final = (
    "video",
    "stream",
    "audio",
    "osd",
    "image",
    "record",
    "models",
    "inference",
    "notify",
    "network",
    "system",
    "firmware",
    "wire",
)
_SECRETS: Final = frozenset(
    {
        "connection.password",
        "connection.token",
        "defaults.connection.password",
        "defaults.connection.token",
        *(f"config.{path}" for path, leaf in EVERY_LEAF.items() if leaf.wire.codec.sensitive),
    }
)


def is_secret(path: str) -> bool:
    """Whether a secret belongs at a path of a document, or around it."""
    while path:
        if path in _SECRETS:
            return True
        path = path.rpartition(".")[0]
    return False


def may_be_literal(path: str) -> bool:
    """Whether a secret at this path may be written out, because it need not be secret."""
    leaf = leaf_at(path.removeprefix("config."))
    return leaf is not None and leaf.wire.codec.literal


def wrong_address(path: str) -> tuple[str, str | None] | None:
    """Why a path is neither a setting nor the address of a resource, and a hint; None if it is."""
    if is_address(path):
        return None
    family = path.partition(".")[0]
    if family in FAMILIES and family not in _prefixes():
        return None
    return f"there is no setting {echo(path)}", did_you_mean(path, _prefixes())


@cache
def _prefixes() -> frozenset[str]:
    found = {each.path for each in COLLECTIONS}
    for path in EVERY_LEAF:
        steps = path.split(".")
        found.update(".".join(steps[:count]) for count in range(1, len(steps) + 1))
    return frozenset(found)
