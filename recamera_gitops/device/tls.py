"""Whom we talk to over https: a pinned certificate, or one that a CA vouches for. Nothing else.

A camera signs its own certificate, for `localhost` [cgi]: a chain or a name proves nothing there, so
the certificate itself is compared. There is no third way and no switch.
"""

import hashlib
import hmac
import ssl

from recamera_gitops.device.connection import Connection
from recamera_gitops.device.deadline import (
    CONNECT_TIMEOUT,
    BoundedTlsSocket,
    Flight,
    dial,
)
from recamera_gitops.errors import Unreachable, Untrusted


class PinnedTlsSocket(BoundedTlsSocket):
    """Ends its handshake by comparing the certificate; a stranger is left before a byte of HTTP."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 the library's signature
        """Shake hands, then compare."""
        super().do_handshake(block)
        pinned = self.context.fingerprint if isinstance(self.context, PinningContext) else None
        shown = fingerprint_of(self.getpeercert(binary_form=True) or b"")
        if pinned is None or not hmac.compare_digest(shown, pinned):
            self.close()
            raise Untrusted(
                f"the certificate has changed: pinned sha256:{pinned}, shown sha256:{shown}"
            )


class PinningContext(ssl.SSLContext):
    """What a pinned connection is made with."""

    fingerprint: str


def fingerprint_of(certificate: bytes) -> str:
    """The SHA-256 of a certificate in DER form, as it is written in a pin."""
    return hashlib.sha256(certificate).hexdigest()


def context_for(connection: Connection) -> ssl.SSLContext:
    """The one way to speak https with this camera; Untrusted when it has none."""
    if connection.fingerprint is not None:
        context = _without_chain(PinningContext(ssl.PROTOCOL_TLS_CLIENT))
        context.fingerprint = connection.fingerprint.lower()
        context.sslsocket_class = PinnedTlsSocket
        return context
    if connection.ca_file is not None:
        return _with_authority(connection)
    raise Untrusted("unknown certificate; run `recamera-gitops trust NAME`")


def _with_authority(connection: Connection) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # verifies the chain and the name
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = BoundedTlsSocket
    try:
        context.load_verify_locations(cafile=connection.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise Untrusted(f"the CA file {connection.ca_file} cannot be used") from error
    return context


def _without_chain(context: PinningContext) -> PinningContext:
    """Leave chain and name aside, because the certificate itself is compared.

    Called for a context that pins, and for looking at a certificate without speaking to its owner.
    """
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def fetch_certificate(connection: Connection, deadline: float = 2 * CONNECT_TIMEOUT) -> str:
    """The fingerprint of whatever answers, within `deadline` seconds; no HTTP is sent.

    Nothing is trusted by it: a person compares, and commits it.
    """
    return fingerprint_of(shown_certificate(connection, deadline))


def shown_certificate(connection: Connection, deadline: float = 2 * CONNECT_TIMEOUT) -> bytes:
    """The certificate itself, in DER form; what a stranger made it say is not to be believed."""
    flight = Flight(deadline)
    context = _without_chain(PinningContext(ssl.PROTOCOL_TLS_CLIENT))
    host = connection.host.strip("[]")
    try:
        with dial(host, connection.effective_port, flight) as plain:
            plain.settimeout(flight.remaining())
            with context.wrap_socket(plain, server_hostname=host) as secured:
                return secured.getpeercert(binary_form=True) or b""
    except ssl.SSLError as error:
        raise Unreachable(f"{connection.origin} does not speak TLS") from error
    except OSError as error:
        raise Unreachable(f"no connection to {connection.origin}: {reason(error)}") from error


def reason(error: BaseException) -> str:
    """What the operating system said, without addresses and numbers around it."""
    if isinstance(error, TimeoutError):
        return "timed out"
    text = getattr(error, "strerror", None) or str(error)
    return text.lower() or type(error).__name__
