"""The smallest JPEG there is: every block of 8 by 8 is one shade of grey. What an RTP packet of it carries.

Only the first coefficient of each block is coded, under the tables that every decoder knows [RFC 2435].
"""

from collections.abc import Iterator, Sequence

BLOCK = 8
SCALE = 8  # one step of the first coefficient is then one shade
TABLES = bytes([SCALE] * 128)
TYPE = 1  # two by two blocks of light share one of each colour
OWN_TABLES = 255
# How many bits a difference has, and its code; then: no further coefficient in this block.
SIZES = ("00", "010", "011", "100", "101", "110", "1110", "11110", "111110")
NO_MORE = "1010"
NO_COLOUR = "0000" * 2  # no difference and nothing more, twice

Shades = Sequence[Sequence[int]]


def packet(shades: Shades) -> bytes:
    """Headers, tables and the coded picture: rows of shades from 0 to 255, even in both directions."""
    height, width = len(shades), len(shades[0])
    main = bytes((0, 0, 0, 0, TYPE, OWN_TABLES, width, height))
    return main + bytes((0, 0)) + len(TABLES).to_bytes(2, "big") + TABLES + _scan(shades)


def _scan(shades: Shades) -> bytes:
    bits = "".join(_codes(shades))
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\x00")


def _codes(shades: Shades) -> Iterator[str]:
    last = 128
    for top in range(0, len(shades), 2):
        for left in range(0, len(shades[0]), 2):
            for row, column in ((0, 0), (0, 1), (1, 0), (1, 1)):
                shade = shades[top + row][left + column]
                yield _difference(shade - last) + NO_MORE
                last = shade
            yield NO_COLOUR


def _difference(value: int) -> str:
    size = abs(value).bit_length()
    if not size:
        return SIZES[0]
    return SIZES[size] + f"{value if value > 0 else value + (1 << size) - 1:0{size}b}"
