"""The key a camera offers, and the password said under it."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from recamera_gitops.device.keys import encrypt
from recamera_gitops.errors import AuthenticationFailed, NotUnderstood
from recamera_gitops.secret import Secret


def der_length(size):
    if size < 128:
        return bytes([size])
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(length)]) + length


def der_integer(value):
    content = value.to_bytes(value.bit_length() // 8 + 1, "big")
    return b"\x02" + der_length(len(content)) + content


def pkcs1(modulus, exponent):
    content = der_integer(modulus) + der_integer(exponent)
    encoded = base64.encodebytes(b"\x30" + der_length(len(content)) + content).decode()
    return f"-----BEGIN RSA PUBLIC KEY-----\n{encoded}-----END RSA PUBLIC KEY-----\n"


@pytest.mark.parametrize("form", [PublicFormat.PKCS1, PublicFormat.SubjectPublicKeyInfo])
@pytest.mark.parametrize("around", ["{}", "{}\n", "\n{}"])
@pytest.mark.parametrize("password", ["x", "pässwört", "x" * 245])
def test_the_camera_can_read_it(rsa_key, pem_of, form, around, password):
    sent = encrypt(around.format(pem_of(rsa_key, form).strip()), Secret(password))
    assert rsa_key.decrypt(base64.b64decode(sent), padding.PKCS1v15()).decode() == password


def test_a_4096_bit_key_is_fine(pem_of):
    assert (
        len(base64.b64decode(encrypt(pem_of(rsa.generate_private_key(65537, 4096)), Secret("x"))))
        == 512
    )


@pytest.mark.parametrize("password", ["x" * 246, "ä" * 123, "x" * 5000])
def test_a_password_that_does_not_fit(rsa_key, pem_of, password):
    with pytest.raises(AuthenticationFailed, match="too long") as caught:
        encrypt(pem_of(rsa_key), Secret(password))
    assert password not in str(caught.value)


MODULUS = (1 << 2047) | (1 << 500) | 1
EC = ec.generate_private_key(ec.SECP256R1()).public_key()
WEAK = rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505 to be refused
GOOD = pkcs1(MODULUS, 65537)
HOSTILE = {
    "e = 1": pkcs1(MODULUS, 1),
    "e = 3": pkcs1(MODULUS, 3),
    "an even e": pkcs1(MODULUS, 65536),
    "e = 0": pkcs1(MODULUS, 0),
    "a huge e": pkcs1(MODULUS, (1 << 2000) | 1),
    "1024 bits": WEAK.public_bytes(Encoding.PEM, PublicFormat.PKCS1).decode(),
    "512 bits": pkcs1((1 << 511) | 1, 65537),
    "2047 bits": pkcs1((1 << 2046) | 1, 65537),
    "4104 bits": pkcs1((1 << 4103) | 1, 65537),
    "16384 bits": pkcs1((1 << 16383) | 1, 65537),
    "an even modulus": pkcs1(1 << 2047, 65537),
    "modulus zero": pkcs1(0, 65537),
    "an elliptic curve": EC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
    "a private key's label": GOOD.replace("PUBLIC", "PRIVATE"),
    "a certificate's label": GOOD.replace("RSA PUBLIC KEY", "CERTIFICATE"),
    "the wrong label": GOOD.replace("RSA PUBLIC", "PUBLIC"),
    "two keys": GOOD + GOOD,
    "something before": "x" + GOOD,
    "something after": GOOD + "x",
    "not base64": GOOD.replace("A", "*"),
    "cut off": GOOD[: len(GOOD) // 2],
    "empty": "",
    "not ASCII": GOOD.replace("A", "ä", 1),
    "megabytes": GOOD.replace("\n", "\n" * 100_000),
}


@pytest.mark.parametrize("pem", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_key_is_refused_before_anything_is_said(pem):
    with pytest.raises(NotUnderstood):
        encrypt(pem, Secret("password"))
