"""Sound: two stream encoders and the one for recordings."""

from recamera_gitops.emulator.checks import FLAG, Shape, among, digits, either, whole
from recamera_gitops.emulator.documents import Document
from recamera_gitops.emulator.flavours import Flavours

HIGHEST = 128000


def documents(flavours: Flavours) -> tuple[Document, ...]:
    """`/audio/0`, `/audio/1`, `/audio/storage`."""
    return (*(_stream(number) for number in (0, 1)), _storage(flavours))


def _stream(number: int) -> Document:
    return Document(
        f"/audio/{number}",
        {"iEnable": 1, "sEncodeType": "G711A", "iBitRate": 64000},
        {
            "iEnable": FLAG,
            "sEncodeType": among("G711A", "G711U"),
            "iBitRate": among(64000),
        },
        verbs=("POST",),
    )


def _storage(flavours: Flavours) -> Document:
    floor = 8000 if "audio-low-rates" in flavours else 32000
    rate = 16000 if "audio-floor" in flavours else 64000
    shape: dict[str, Shape] = {
        "iEnable": FLAG,
        "sEncodeType": among("MP3"),
        "iBitRate": either(whole(floor, HIGHEST), digits(floor, HIGHEST)),
    }
    shown = str(rate) if "audio-strings" in flavours else rate
    factory = {"iEnable": 1, "sEncodeType": "MP3", "iBitRate": shown}
    return Document("/audio/storage", factory, shape, verbs=("POST",))
