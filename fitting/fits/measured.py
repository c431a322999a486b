"""What was measured, as a fit takes it: the numbers of some spectra of a series."""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.errors import ModelError
from fitting.data.series import FloatArray
from fitting.fits.weights import counting_gain, expected_sigma
from fitting.models.function import ModelFunction, static_background_of
from fitting.models.model import Model
from fitting.solvers.spectra import Spectra


@dataclass(frozen=True, slots=True)
class Measured:
    """The numbers of b spectra of m points."""

    intensity: FloatArray
    """Shape (b, m), as the next two."""
    sigma: FloatArray
    static: FloatArray
    """Static background."""
    offsets: FloatArray
    """Added to the axis of each, shape (b,)."""
    gain: FloatArray
    """Intensity of one count, or nan; shape (b, 1)."""

    @property
    def is_seen(self) -> NDArray[np.bool_]:
        """Which points were measured, shape (b, m)."""
        return np.isfinite(self.intensity) & np.isfinite(self.sigma)

    @property
    def is_counted(self) -> bool:
        """Whether any of the spectra has counts of a known size."""
        return bool(np.isfinite(self.gain).any())

    def take(self, rows: NDArray[np.int_]) -> "Measured":
        """Some of the spectra."""
        return Measured(
            self.intensity[rows],
            self.sigma[rows],
            self.static[rows],
            self.offsets[rows],
            self.gain[rows],
        )

    def modelled_sigma(self, function: ModelFunction, parameters: FloatArray) -> FloatArray:
        """Standard deviation of the counts that the model expects, shape (b, m).

        Parameters
        ----------
        parameters : shape (b, p)
        """
        expected = function.value(parameters, self.offsets) + self.static
        return expected_sigma(self.intensity, self.sigma, expected, self.gain)

    def spectra(self, sigma: FloatArray, start: FloatArray) -> Spectra:
        """What a solver takes, with this sigma (b, m) and start (b, f)."""
        seen = self.is_seen
        return Spectra(
            intensity=np.where(seen, self.intensity - self.static, 0.0),
            weight=np.where(seen, 1.0 / sigma, 0.0),
            offsets=self.offsets,
            start=start,
        )


def take_measured(series: xr.Dataset, model: Model) -> Measured:
    """The numbers of a series, with the static background of the model."""
    intensity = np.asarray(series["intensity"].values, dtype=float)
    return Measured(
        intensity=intensity,
        sigma=np.asarray(series["sigma"].values, dtype=float),
        static=static_background_of(model, series),
        offsets=np.asarray(series["axis_offset"].values, dtype=float),
        gain=counting_gain(series),
    )


def check_peaks(model: Model) -> None:
    """Raise ``ModelError`` if there is no peak to fit."""
    if not model.peaks:
        raise ModelError(
            "The model has no peaks. Put in at least one: a species of the library, or a peak of "
            "your own."
        )
