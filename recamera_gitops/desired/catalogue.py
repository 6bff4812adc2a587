"""What this package asks the catalogue of settings: which paths there are, and which are secret."""

from functools import cache, lru_cache
from typing import Final

from recamera_gitops.desired.messages import did_you_mean, echo
from recamera_gitops.errors import Diagnostic, InvalidInput
from recamera_gitops.exchange import Json
from recamera_gitops.resources.base import Impact
from recamera_gitops.resources.catalog import (
    COLLECTIONS,
    EVERY_LEAF,
    is_address,
    leaf_at,
    resource_at,
)
from recamera_gitops.resources.values import MISSING, Each

_SECRETS: Final = frozenset(
    {
        "connection.password",
        "connection.token",
        "defaults.connection.password",
        "defaults.connection.token",
        *(f"config.{path}" for path, leaf in EVERY_LEAF.items() if leaf.wire.codec.sensitive),
    }
)


@lru_cache(maxsize=4096)
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


def impact_at(path: str) -> tuple[str, ...]:
    """What people notice of a change of a setting, nothing where it is no setting."""
    leaf, resource = leaf_at(path), resource_at(path)
    if leaf is None or resource is None:
        return ()
    return tuple(each for each in leaf.wire.impact or resource.impact if each is not Impact.NONE)


def factory_at(path: str) -> Json:
    """The value that every camera comes with; MISSING where there is none, or nobody may see it."""
    leaf = leaf_at(path)
    if leaf is None or leaf.wire.codec.sensitive or isinstance(leaf.wire.factory, Each):
        return MISSING
    return leaf.wire.factory


def wrong_address(path: str) -> tuple[str, str | None] | None:
    """Why a path is neither a setting nor the address of a resource, and a hint; None if it is."""
    if is_address(path):
        return None
    return f"there is no setting {echo(path)}", did_you_mean(path, every_path())


def checked_addresses(addresses: tuple[str, ...], said: str = "") -> tuple[str, ...]:
    """The addresses, if something can be declared at or below each; `said` stands in front of one.

    InvalidInput names all others.
    """
    wrong = [
        Diagnostic("unknown-path", found[0], f"{said}{each}", hint=found[1])
        for each in addresses
        if (found := wrong_address(each)) is not None
    ]
    if wrong:
        raise InvalidInput(wrong)
    return addresses


@cache
def every_path() -> tuple[str, ...]:
    """Every setting and every path above one, in the order of the alphabet."""
    found = {each.path for each in COLLECTIONS}
    for path in EVERY_LEAF:
        steps = path.split(".")
        found.update(".".join(steps[:count]) for count in range(1, len(steps) + 1))
    return tuple(sorted(found))
