"""How a device of the files is reached, and what opens it."""

from pathlib import Path

from recamera_gitops.desired.resolve import Resolved
from recamera_gitops.desired.state import Device
from recamera_gitops.device.connection import Connection
from recamera_gitops.resources.declared import Declared
from recamera_gitops.secret import Secret


def connection_of(device: Device, resolved: Resolved, root: Path) -> Connection:
    """The connection to a device, with its secrets; `root` is the folder of its fleet."""
    declared, secrets = resolved
    settings = device.connection
    return Connection(
        host=device.host,
        scheme="http" if settings.scheme == "http" else "https",
        port=settings.port,
        username=settings.username,
        password=secrets.password,
        token=secrets.token,
        next_password=_secret(declared, "system.admin_password"),
        next_token=_secret(declared, "system.api.key"),
        fingerprint=device.pin,
        ca_file=None if settings.ca_file is None else root / settings.ca_file,
        timeout=settings.timeout,
        concurrency=settings.concurrency,
    )


def _secret(declared: Declared, path: str) -> Secret | None:
    wish = declared.get(path)
    return wish.value if wish is not None and isinstance(wish.value, Secret) else None
