"""The keyring of the machine, through the library that the extra `keyring` brings: its only door."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from recamera_gitops.desired.messages import echo
from recamera_gitops.desired.origins import Lacking

T = TypeVar("T")
_INSTALL: Final = "pip install 'recamera-gitops[keyring]'"


def password_of(service: str, user: str) -> str | Lacking:
    """The password that the keyring of this machine has for a user of a service."""
    found = _asked(lambda keyring: keyring.get_password(service, user))
    if found is None:
        hint = "store it with: keyring set SERVICE USER"
        message = f"the keyring has no password of {echo(user)} for {echo(service)}"
        return Lacking("keyring-failed", message, hint)
    return found


def has_password(service: str, user: str) -> bool | Lacking:
    """Whether it has one; Lacking where it cannot be asked."""
    found = _asked(lambda keyring: keyring.get_password(service, user))
    return found if isinstance(found, Lacking) else found is not None


def keep_password(service: str, user: str, password: str) -> Lacking | None:
    """Keep it there, in the place of another one; why it cannot be kept."""
    return _asked(lambda keyring: keyring.set_password(service, user, password))


def forget_password(service: str, user: str) -> Lacking | None:
    """Take away one that is there; why that cannot be done."""
    return _asked(lambda keyring: keyring.delete_password(service, user))


def _asked(ask: Callable[[Any], T]) -> T | Lacking:
    """What the library says; its errors in words that tell nothing of what is kept."""
    try:
        import keyring
        from keyring.errors import KeyringError, NoKeyringError
    except ModuleNotFoundError:
        return Lacking("keyring-failed", "the keyring library is not installed", _INSTALL)
    try:
        return ask(keyring)
    except NoKeyringError:
        return Lacking(
            "keyring-failed", "there is no keyring on this machine", "see: keyring diagnose"
        )
    except KeyringError as error:
        return Lacking("keyring-failed", f"the keyring cannot be read: {type(error).__name__}")
