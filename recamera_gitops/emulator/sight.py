"""What the camera sees, and how its settings make it look: shades of grey in blocks.

A slope of light, with one bright spot that wanders, so that no two pictures are alike.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recamera_gitops.emulator.device import Device

WIDTH, HEIGHT = 40, 22
DARKEST, SLOPE = 30, 150
MIDDLE = 128
WHITE, BLACK = 255, 0
TITLE_HEIGHT = 2
# What else may be wrong with the picture, or with the stream.
CLEAR, COVERED, FROZEN = "clear", "black", "frozen"
SILENT, GARBAGE, ENDLESS = "silent", "garbage", "endless"
PICTURES = (CLEAR, COVERED, FROZEN, SILENT, GARBAGE, ENDLESS)


@dataclass(frozen=True, slots=True)
class Sight:
    """The settings that show in the picture, as they are at one moment."""

    brightness: int
    contrast: int
    flip: str
    title: tuple[int, int, int] | None  # column, row and length of the channel's name
    masks: tuple[tuple[float, float, float, float], ...]
    covered: bool
    frozen: bool

    def shades(self, frame: int) -> list[list[int]]:
        """The picture with this number."""
        if self.covered:
            return [[BLACK] * WIDTH for _ in range(HEIGHT)]
        rows = [[self._shade(x, y) for x in range(WIDTH)] for y in range(HEIGHT)]
        spot = 0 if self.frozen else frame
        rows[HEIGHT // 2 + spot // WIDTH % 4][spot % WIDTH] = WHITE
        if self.flip in {"flip", "centrosymmetric"}:
            rows.reverse()
        if self.flip in {"mirror", "centrosymmetric"}:
            rows = [row[::-1] for row in rows]
        self._draw(rows)
        return rows

    def _shade(self, x: int, y: int) -> int:
        light = DARKEST + SLOPE * x // WIDTH + y
        light = (light - MIDDLE) * self.contrast // 50 + MIDDLE
        return max(BLACK, min(WHITE, light + (self.brightness - 50) * 2))

    def _draw(self, rows: list[list[int]]) -> None:
        for x, y, width, height in self.masks:
            for row in rows[int(y * HEIGHT) : round((y + height) * HEIGHT)]:
                for at in range(int(x * WIDTH), min(WIDTH, round((x + width) * WIDTH))):
                    row[at] = BLACK
        if self.title is not None:
            x, y, length = self.title
            for row in rows[y : y + TITLE_HEIGHT]:
                row[x : x + length] = [WHITE] * min(length, WIDTH - x)


def sight(camera: "Device") -> Sight:
    """What the camera sees now, with the scene that is edited or selected."""
    image, osd = camera.documents["/image/0"], camera.documents["/osd/cfg"]
    scene = image["nightToDay"]["iProfileSelect"]
    profile = image["profile"][scene] if camera.edit is None else camera.edit.profile
    name, masks = osd["channelNameOverlay"], osd["maskOverlay"]
    title = None
    if name["iEnabled"] and name["sChannelName"]:
        place = (int(name["iPositionX"] * WIDTH), int(name["iPositionY"] * HEIGHT))
        title = (*place, len(name["sChannelName"]))
    keys = ("iPositionX", "iPositionY", "iMaskWidth", "iMaskHeight")
    regions = [tuple(each[key] for key in keys) for each in masks["privacyMask"]]
    return Sight(
        profile["imageAdjustment"]["iBrightness"],
        profile["imageAdjustment"]["iContrast"],
        image["videoAdjustment"]["sImageFlip"],
        title,
        tuple((x, y, width, height) for x, y, width, height in regions)
        if masks["iEnabled"]
        else (),
        covered=camera.picture == COVERED,
        frozen=camera.picture == FROZEN,
    )
