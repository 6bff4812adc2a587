"""The files of a slot: clips, and the thumbnails that stand beside them."""

from dataclasses import dataclass
from email.utils import formatdate

THUMBNAIL = b"\xff\xd8\xff\xe0 thumbnail \xff\xd9"
HEAD = b"\x00\x00\x00\x18ftypmp42"
FIRST_DAY = 1_787_220_000.0  # 2026-08-20 10:00:00 UTC
PATTERN = bytes(range(256))


@dataclass(slots=True)
class Clip:
    """A file; `modified` is in Unix seconds of the camera's clock."""

    content: bytes
    modified: float = FIRST_DAY

    def __len__(self) -> int:
        return len(self.content)

    @property
    def told(self) -> str:
        """When it was modified, as the web server says it."""
        return formatdate(self.modified, usegmt=True)


Clips = dict[str, Clip]


def factory() -> Clips:
    """What is recorded by the first day."""
    return {
        "2026-08-20/clip_0001.mp4": Clip(HEAD + PATTERN * 8),
        thumbnail_of("2026-08-20/clip_0001.mp4"): Clip(THUMBNAIL),
        "2026-08-20/clip_0002.mp4": Clip(HEAD + PATTERN * 4, FIRST_DAY + 60),
    }


def film(size: int) -> bytes:
    """So many bytes that no part can be mistaken for another in a test."""
    blocks = (number.to_bytes(4, "big") + PATTERN[4:] for number in range(size // 256 + 1))
    return (HEAD + b"".join(blocks))[:size]


def thumbnail_of(path: str) -> str:
    """Where the thumbnail of a clip is [sdk]."""
    directory, _, name = path.rpartition("/")
    return f"{directory}/.thumb/{name}.thumb.jpg".removeprefix("/")
