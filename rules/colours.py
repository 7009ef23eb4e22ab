"""Rows whose state is told by their colour alone: what each colour is taken to suggest."""

import colorsys

# A suggestion the importer offers and a person confirms; it is never applied by itself.
STATE_BY_COLOUR = {"green": "已办结", "yellow": "临期", "red": "超期", "grey": "中止"}

COLOUR_LABELS = {"green": "绿色", "yellow": "黄色", "red": "红色", "grey": "灰色"}

_HUES = [("red", 0, 20), ("yellow", 35, 70), ("green", 70, 170), ("red", 340, 361)]


def colour_family(rgb: str) -> str | None:
    """Name the colour of RRGGBB as a clerk would; None for white, black and any other colour."""
    red, green, blue = (int(rgb[i : i + 2], 16) / 255 for i in (0, 2, 4))
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    if saturation < 0.08:
        return "grey" if 0.35 < value < 0.95 else None
    degrees = hue * 360
    return next((name for name, low, high in _HUES if low <= degrees < high), None)


def suggested_state(rgb: str) -> str | None:
    """Say which state a row's fill suggests, or None when the colour tells nothing."""
    return STATE_BY_COLOUR.get(colour_family(rgb) or "")
