"""What all plots share: colours that stay visible, and labels that keep their distance."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from app.plots.peak_labels import free_place
from app.plots.plot_canvas import clear_of, path_between, species_colour
from app.theme import apply_scheme, current_colours
from fitting.output.species_colours import colour_of

_SPECIES = ("PS4", "polysulfide", "sulfite", "sulfate", "Li2S", "lattice_oxide", "carbon")


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark])
def test_every_species_stands_out_from_the_background(
    qapp: QApplication, scheme: Qt.ColorScheme
) -> None:
    apply_scheme(qapp, scheme)
    paper = QColor(current_colours().surface).lightnessF()
    for species in _SPECIES:
        assert abs(QColor(species_colour(species)).lightnessF() - paper) > 0.3
    apply_scheme(qapp, Qt.ColorScheme.Light)


def test_a_species_keeps_its_hue_in_the_dark(qapp: QApplication) -> None:
    apply_scheme(qapp, Qt.ColorScheme.Dark)
    for species in _SPECIES[:-1]:
        told = QColor(colour_of(species)).hue()
        assert QColor(species_colour(species)).hue() == pytest.approx(told, abs=2)
    apply_scheme(qapp, Qt.ColorScheme.Light)


def test_places_too_close_to_the_one_before_are_left_out() -> None:
    assert clear_of([0, 5, 12, 19, 40], 10) == [0, 2, 4]
    assert clear_of([40, 19, 12, 5, 0], 10) == [0, 1, 3]
    assert clear_of([], 10) == []


def test_an_area_lies_between_its_curves() -> None:
    x = np.linspace(0.0, 1.0, 50)
    path = path_between(x, 0.0 * x, 1.0 + x)
    assert path.boundingRect() == QRectF(0.0, 0.0, 1.0, 2.0)
    assert path_between(x[:0], x[:0], x[:0]).isEmpty()


def test_a_name_moves_up_until_it_is_free() -> None:
    frame, wanted = QRectF(0, 0, 300, 200), QRectF(50, 100, 60, 15)
    assert free_place(wanted, [], frame) == wanted
    taken = [wanted.translated(10, 0), wanted.translated(-10, -15)]
    assert free_place(wanted, taken, frame) == wanted.translated(0, -30)


def test_a_name_without_room_is_left_out() -> None:
    frame, wanted = QRectF(0, 0, 300, 200), QRectF(50, 10, 60, 15)
    assert free_place(wanted, [wanted], frame) is None
