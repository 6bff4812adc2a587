"""A self-signed certificate per camera, subject `localhost` like the device's own [cgi]."""

import hashlib
import ssl
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SINCE = datetime(2025, 1, 1, tzinfo=UTC)
LIFE = timedelta(days=7300)


@dataclass(frozen=True)
class Certificate:
    """One with its key: as PEM, and its SHA-256 in hex."""

    pem: bytes
    fingerprint: str

    @cached_property
    def context(self) -> ssl.SSLContext:
        """A server's TLS context that shows it; the library reads certificates from files only."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile(suffix=".pem") as file:
            file.write(self.pem)
            file.flush()
            context.load_cert_chain(file.name)
        return context


class Certificates:
    """The certificate of one camera, made when it is first needed, and again for each identity."""

    def __init__(self) -> None:
        self._made: dict[int, Certificate] = {}
        self.identity = 0

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the certificate that is shown now, in hex."""
        return self._current.fingerprint

    def context(self) -> ssl.SSLContext:
        """A server's context that shows the certificate of the moment in each handshake."""
        front = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        front.sni_callback = self._show  # called without a server name as well
        return front

    @property
    def _current(self) -> Certificate:
        if self.identity not in self._made:
            self._made[self.identity] = self_signed()
        return self._made[self.identity]

    def _show(self, connection: ssl.SSLObject, _name: str, _front: ssl.SSLContext) -> None:
        connection.context = self._current.context


def self_signed() -> Certificate:
    """A new certificate with a key of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(SINCE)
        .not_valid_after(SINCE + LIFE)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    der = certificate.public_bytes(serialization.Encoding.DER)
    return Certificate(
        pem + certificate.public_bytes(serialization.Encoding.PEM), hashlib.sha256(der).hexdigest()
    )
