"""Draw the program's icon and write it in the forms the systems want: ``make_icons.py``.

The spectrum on it is an S 2p doublet (area ratio 1/2, 1.18 eV apart) over its two lines. The SVG
is drawn here; PNG, ICO and ICNS are made of it by Qt and Pillow. Run it after a change, look at the
pictures and commit them.
"""

import math
import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ICONS = Path(__file__).resolve().parent.parent / "app" / "icons"
SIZES = (16, 24, 32, 48, 64, 128, 256)
LARGEST = 1024
"""Pixels of the largest form, for the Dock of a Mac."""

_SEPARATION, _FWHM, _RATIO = 1.18, 1.05, 0.5
_LEFT, _RIGHT, _FLOOR, _TOP = 40.0, 216.0, 196.0, 56.0
_POINTS = 60


def main() -> None:
    """Write ``thioscope.svg``, ``.png``, ``.ico`` and ``.icns``."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication([])
    ICONS.mkdir(exist_ok=True)
    drawing = svg()
    (ICONS / "thioscope.svg").write_text(drawing, encoding="utf-8")
    small = {size: picture(drawing, size) for size in SIZES}
    small[256].save(ICONS / "thioscope.png", optimize=True)
    large = picture(drawing, LARGEST)
    others = [small[size] for size in SIZES[:-1]]
    small[256].save(
        ICONS / "thioscope.ico", sizes=[(size, size) for size in SIZES], append_images=others
    )
    large.save(ICONS / "thioscope.icns")
    del application


def svg() -> str:
    """The icon as SVG, 256 by 256."""
    main_line, partner = _line(0.0, 1.0), _line(_SEPARATION, _RATIO)
    both = _path(lambda energy: main_line(energy) + partner(energy))
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 256">
<rect x="8" y="8" width="240" height="240" rx="52" fill="#17335f"/>
<path d="{_filled(partner)}" fill="#e8b71a" fill-opacity="0.75"/>
<path d="{_filled(main_line)}" fill="#ffd84d" fill-opacity="0.9"/>
<path d="{both}" fill="none" stroke="#ffffff" stroke-width="9" stroke-linecap="round"/>
<path d="M32 {_FLOOR:g}H224" stroke="#9fb8e0" stroke-width="8" stroke-linecap="round"/>
</svg>
"""


def picture(drawing: str, size: int) -> Image.Image:
    """The drawing as a square picture of so many pixels."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return Image.open(BytesIO(buffer.data().data()))


def _line(position: float, height: float) -> Callable[[float], float]:
    return lambda energy: height * math.exp(-4 * math.log(2) * ((energy - position) / _FWHM) ** 2)


def _path(curve: Callable[[float], float]) -> str:
    """The curve from high to low energy, as XPS is drawn."""
    low, high = -1.25, 2.35
    highest = 1.03
    points = []
    for step in range(_POINTS + 1):
        energy = high - (high - low) * step / _POINTS
        x = _LEFT + (_RIGHT - _LEFT) * step / _POINTS
        y = _FLOOR - (_FLOOR - _TOP) * curve(energy) / highest
        points.append(f"{x:.1f} {y:.1f}")
    return "M" + "L".join(points)


def _filled(curve: Callable[[float], float]) -> str:
    return f"{_path(curve)}L{_RIGHT:g} {_FLOOR:g}L{_LEFT:g} {_FLOOR:g}Z"


if __name__ == "__main__":
    main()
