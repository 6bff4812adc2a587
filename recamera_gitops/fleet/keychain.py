"""The keyring of the machine, through the library that the extra `keyring` brings: its only door."""

from typing import Final

from recamera_gitops.desired.messages import echo
from recamera_gitops.desired.origins import Lacking

_INSTALL: Final = "pip install 'recamera-gitops[keyring]'"


def password_of(service: str, user: str) -> str | Lacking:
    """The password that the keyring of this machine has for a user of a service."""
    try:
        import keyring
        from keyring.errors import KeyringError, NoKeyringError
    except ModuleNotFoundError:
        return Lacking("keyring-failed", "the keyring library is not installed", _INSTALL)
    try:
        found = keyring.get_password(service, user)
    except NoKeyringError:
        return Lacking(
            "keyring-failed", "there is no keyring on this machine", "see: keyring diagnose"
        )
    except KeyringError as error:
        return Lacking("keyring-failed", f"the keyring cannot be read: {type(error).__name__}")
    if found is None:
        hint = "store it with: keyring set SERVICE USER"
        message = f"the keyring has no password of {echo(user)} for {echo(service)}"
        return Lacking("keyring-failed", message, hint)
    return found
