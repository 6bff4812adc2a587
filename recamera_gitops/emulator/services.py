"""The services beside the cameras proper: API key, FTP, HTTPS switch, expansion serial port."""

from typing import TYPE_CHECKING

from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import SERIAL_PORT, Json
from recamera_gitops.emulator.checks import TEXT, TRUTH, among, text
from recamera_gitops.emulator.documents import Document
from recamera_gitops.emulator.flavours import Flavours

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera

BAUD_RATES = (9600, 19200, 38400, 57600, 115200, 230400, 460800, 500000, 576000, 921600)
SECURE = "/system/secure"
PORTS = range(1, 65536)
KEY_LENGTH = 32
WEAK, PORT_OUT_OF_RANGE, PORT_IN_USE = 10001, 10004, 10005
TAKEN_PORTS = frozenset({22, 80, 443, 554})
SYSTEM_ACCOUNTS = frozenset({"root", "admin", "www-data", "nobody"})
# 6 to 15 characters with a letter, a digit and a special one [cgi].
STRONG = text(r"(?=.*[A-Za-z])(?=.*\d)(?=.*[^A-Za-z0-9]).{6,15}")


def documents(flavours: Flavours) -> tuple[Document, ...]:
    """The objects of the services."""
    switch = "sEnabel" if "ftp-sEnabel" in flavours else "sEnable"
    return (
        Document(
            "/web/setting",
            {"sEnable": False, "sApiKey": "0123456789abcdefghijklmnopqrstuv"},
            {"sEnable": TRUTH, "sApiKey": TEXT},
            verbs=("POST",),
            rule=_api_key,
        ),
        Document(
            "/ftp/setting",
            {
                switch: False,
                "sFtpPort": "21",
                "sFtpUser": "ftpuser",
                "sFtpPassword": "Seeed123.",
            },
            {switch: TRUTH, "sFtpPort": text(r"\d+"), "sFtpUser": text(".+"), "sFtpPassword": TEXT},
            verbs=("POST",),
            rule=_ftp,
        ),
        Document(SECURE, {"sEnable": False}, {"sEnable": TRUTH}, verbs=("POST",), applied=_flip),
        Document(
            SERIAL_PORT,
            {"iBaudrate": 115200, "sParity": "N", "iStopbits": 1, "iBytesize": 8},
            {
                "iBaudrate": among(*BAUD_RATES),
                "sParity": among("N", "E", "O"),
                "iStopbits": among(1, 2),
                "iBytesize": among(5, 6, 7, 8),
            },
            verbs=("POST",),
        ),
    )


def _api_key(camera: "EmulatedCamera", after: Json) -> None:
    """The key in use ends with the answer to the write that replaces it [wiki]."""
    del camera
    if len(after["sApiKey"]) != KEY_LENGTH:
        raise Refusal(400, "Password Must Be 32 Characters Long")


def _flip(camera: "EmulatedCamera", before: Json, after: Json) -> None:
    """The answer still goes out the old way; then the two ports change roles [ext]."""
    if before["sEnable"] is not after["sEnable"]:
        camera.count("https-switch")


def _ftp(camera: "EmulatedCamera", after: Json) -> None:
    del camera
    port = int(after["sFtpPort"])
    if port not in PORTS:
        raise Refusal(PORT_OUT_OF_RANGE, "Port out of range")
    if port in TAKEN_PORTS:
        raise Refusal(PORT_IN_USE, "Port in use")
    if not STRONG.accepts(after["sFtpPassword"]):
        raise Refusal(WEAK, "Password too weak")
    if after["sFtpUser"] in SYSTEM_ACCOUNTS:
        raise Refusal(400, "sFtpUser is a system account")
