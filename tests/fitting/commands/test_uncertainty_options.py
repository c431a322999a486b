"""What the command line says of errors goes into the recipes."""

from argparse import ArgumentParser, Namespace

import pytest

from fitting.commands.uncertainty_options import add_uncertainty_arguments, with_asked_uncertainty
from fitting.data.errors import RecipeError
from fitting.fits.options import FitOptions


def parsed(*words: str) -> Namespace:
    parser = ArgumentParser()
    add_uncertainty_arguments(parser)
    return parser.parse_args(words)


def test_what_is_not_asked_for_stays_as_the_recipe_has_it() -> None:
    given = FitOptions(uncertainty="profile", replicas=50, other_backgrounds=("linear",))
    assert with_asked_uncertainty(given, parsed()) == given


def test_what_is_asked_for_goes_before_the_recipe() -> None:
    words = ("--uncertainty", "bootstrap", "--replicas", "300", "--seed", "7")
    words += ("--other-backgrounds", "linear, tougaard")
    asked = with_asked_uncertainty(FitOptions(uncertainty="profile"), parsed(*words))
    assert (asked.uncertainty, asked.replicas, asked.seed) == ("bootstrap", 300, 7)
    assert asked.other_backgrounds == ("linear", "tougaard")


def test_background_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(RecipeError, match="shirley"):
        with_asked_uncertainty(FitOptions(), parsed("--other-backgrounds", "shirly"))
