"""The camera's public key, what is said under it, and what its certificate says of itself.

Only the usual kind is accepted. Over plain http the key itself is unauthenticated, so the encryption
keeps a password from listeners, not from someone in the middle; the certificate does that.
"""

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from recamera_gitops.errors import AuthenticationFailed, NotUnderstood
from recamera_gitops.secret import Secret, foreign

_LONGEST_PEM: Final = 4096
_PEM: Final = re.compile(
    r"\s*-----BEGIN (?P<kind>RSA PUBLIC KEY|PUBLIC KEY)-----[A-Za-z0-9+/=\s]+-----END (?P=kind)-----\s*"
)
_SIZES: Final = range(2048, 4096 + 1)
_EXPONENT: Final = 65537  # with 1, "encrypted" would be the password itself
_PADDING: Final = 11
_UNSOUND: Final = "the camera's public key is not a sound RSA key; nothing was sent"


def encrypt(pem: str, plaintext: Secret) -> str:
    """base64(RSA PKCS#1 v1.5(UTF-8)), the form in which a camera takes a password [ext, ha]."""
    key = _load(pem)
    clear = plaintext.reveal().encode()
    if len(clear) > key.key_size // 8 - _PADDING:
        raise AuthenticationFailed(
            "the password is too long for the camera's key; nothing was sent"
        )
    try:
        encrypted = key.encrypt(clear, PKCS1v15())
    except ValueError as error:  # a modulus that is none
        raise NotUnderstood(_UNSOUND) from error
    return base64.b64encode(encrypted).decode("ascii")


def is_public_key(pem: str) -> bool:
    """Whether this is a public key in PEM form, of the kind that cameras have, sound or not."""
    try:
        _read(pem)
    except NotUnderstood:
        return False
    return True


def _load(pem: str) -> RSAPublicKey:
    key = _read(pem)
    if key.key_size not in _SIZES or key.public_numbers().e != _EXPONENT:
        raise NotUnderstood(_UNSOUND)
    return key


def _read(pem: str) -> RSAPublicKey:
    if len(pem) > _LONGEST_PEM or not _PEM.fullmatch(pem):
        raise NotUnderstood("the camera's public key is not one RSA key in PEM form")
    try:
        key = load_pem_public_key(pem.encode("ascii"))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NotUnderstood("the camera's public key cannot be read") from error
    if not isinstance(key, RSAPublicKey):
        raise NotUnderstood("the camera's public key is not an RSA key")
    return key


@dataclass(frozen=True, slots=True)
class Described:
    """What a certificate says of itself, which proves nothing."""

    subject: str
    valid_from: datetime
    valid_until: datetime


def described(certificate: bytes) -> Described | None:
    """Read a certificate in DER form; None for one that cannot be read."""
    try:
        read = x509.load_der_x509_certificate(certificate)
        subject = foreign(read.subject.rfc4514_string())
        return Described(subject, read.not_valid_before_utc, read.not_valid_after_utc)
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
        return None
