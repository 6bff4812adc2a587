"""How one camera is reached, with every default filled in and every reference resolved."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from recamera_gitops.secret import Secret

DEFAULT_TIMEOUT: Final = 45.0  # the camera's own backend waits up to 30 s [ext]
DEFAULT_CONCURRENCY: Final = 4


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a camera is, and as whom it is spoken to.

    Exactly one of `password` and `token` is used; `token` is an API key, sent as a bearer.
    `fingerprint` is the pinned SHA-256 of the certificate in DER form, 64 lower-case hex digits.
    Over https one of `fingerprint` and `ca_file` must be there before anything is sent.
    `next_password` and `next_token` are what the camera is to have, or has had since an earlier run;
    each is tried once, after the other one was rejected.
    `timeout` is how long, in seconds, one whole request may take; `concurrency` how many may be in
    flight on this camera.
    """

    host: str
    scheme: Literal["https", "http"] = "https"
    port: int | None = None
    username: str = "admin"
    password: Secret | None = None
    token: Secret | None = None
    next_password: Secret | None = None
    next_token: Secret | None = None
    fingerprint: str | None = None
    ca_file: Path | None = None
    timeout: float = DEFAULT_TIMEOUT
    concurrency: int = DEFAULT_CONCURRENCY

    @property
    def effective_port(self) -> int:
        """The port spoken to: the stated one, else the scheme's own."""
        return self.port or (443 if self.scheme == "https" else 80)

    @property
    def place(self) -> str:
        """`host:port`, with an IPv6 address in brackets."""
        host = f"[{self.host}]" if ":" in self.host and not self.host.startswith("[") else self.host
        return f"{host}:{self.effective_port}"

    @property
    def origin(self) -> str:
        """`scheme://host:port`."""
        return f"{self.scheme}://{self.place}"
