"""Series of overlapping S 2p doublets with a known truth, and how well any fit can know them.

Three doublets (PS4, polysulfide and P2S5, 0.9 eV apart at a width of 1.2 eV) on a co-fitted Shirley
background, in counts with Poisson noise. The bound is that of H. Cramer and C. R. Rao: the inverse
of the expected information at the truth.
"""

import numpy as np

from fitting.data.series import FloatArray
from fitting.models.function import compile_model
from fitting.models.model import Background, Model, Parameter, Peak, Tie, parameter_names
from fitting.models.parameters import resolve_ties
from fitting.simulation.series import true_parameters

SHARE = ("position", "fwhm", "mixing", "factor")
LEVELS = {"low": 150.0, "middle": 600.0, "high": 3000.0}
"""Area of all species together (counts x eV): about 70, 240 and 1,200 counts at the highest point
of the first spectrum, background included."""
SPECIES = {"PS4": 161.5, "polysulfide": 162.4, "P2S5": 163.3}
GRID = np.linspace(156.0, 172.0, 161)
SPECTRA = 20


def overlapping_model() -> Model:
    """Three doublets of one width and mixing on a Shirley background."""
    peaks = tuple(
        Peak(
            name,
            name,
            "pseudo-voigt",
            {
                "area": Parameter(100.0, 0.0),
                "position": Parameter(place, place - 0.5, place + 0.5),
                "fwhm": Parameter(1.1, 0.6, 2.0),
                "mixing": Parameter(0.3, 0.0, 1.0),
                "separation": Parameter(1.18, vary=False),
                "area_ratio": Parameter(0.5, vary=False),
            },
        )
        for name, place in SPECIES.items()
    )
    ties = tuple(
        Tie(f"{name}.{short}", f"PS4.{short}")
        for name in list(SPECIES)[1:]
        for short in ("fwhm", "mixing")
    )
    level = {
        "offset": Parameter(20.0),
        "slope": Parameter(0.0, vary=False),
        "factor": Parameter(0.03, 0.0, 1.0),
    }
    return Model(peaks, Background("shirley", level), ties)


def true_values(total: float) -> dict[str, FloatArray]:
    """PS4 is oxidised along the series; the library's values are not the true ones."""
    along = np.linspace(0.0, 1.0, SPECTRA)
    same = np.ones(SPECTRA)
    return {
        "PS4.area": total * (0.75 - 0.4 * along),
        "polysulfide.area": total * (0.15 + 0.3 * along),
        "P2S5.area": total * (0.1 + 0.1 * along),
        "PS4.position": 161.55 * same,
        "polysulfide.position": 162.45 * same,
        "P2S5.position": 163.35 * same,
        "PS4.fwhm": 1.2 * same,
        "PS4.mixing": 0.35 * same,
        "background.offset": 0.05 * total * same,
        "background.factor": 0.04 * same,
    }


def least_scatter(total: float) -> dict[str, FloatArray]:
    """Cramer-Rao bounds of the shares (% points), root mean square over the spectra; shape (k,).

    Of single spectra; of a joint fit; and of one whose shared parameters were all known.
    """
    model = overlapping_model()
    names, free = parameter_names(model), resolve_ties(model).free
    truth = true_parameters(model, true_values(total), SPECTRA)
    function = compile_model(model, GRID)
    expected, jacobian = function.value_and_jacobian(truth)
    slopes = function.free_jacobian(jacobian)
    whole = np.einsum("bfm,bgm,bm->bfg", slopes, slopes, 1.0 / expected)
    is_shared = np.array([name.rpartition(".")[2] in SHARE for name in free])
    own, shared = np.flatnonzero(~is_shared), np.flatnonzero(is_shared)
    local, border = whole[:, own[:, None], own], whole[:, own[:, None], shared]
    slope = np.linalg.solve(local, border)
    taken = border.transpose(0, 2, 1) @ slope
    common = np.linalg.inv((whole[:, shared[:, None], shared] - taken).sum(axis=0))
    known = np.linalg.inv(local)
    joint = known + slope @ common @ slope.transpose(0, 2, 1)
    areas = truth[:, [names.index(f"{name}.area") for name in SPECIES]]
    of_all = [free.index(f"{name}.area") for name in SPECIES]
    of_own = [own.tolist().index(column) for column in of_all]
    return {
        "single": _of_shares(areas, np.linalg.inv(whole), of_all),
        "joint": _of_shares(areas, joint, of_own),
        "joint, all shared known": _of_shares(areas, known, of_own),
    }


def _of_shares(areas: FloatArray, covariance: FloatArray, places: list[int]) -> FloatArray:
    total = areas.sum(axis=1)[:, None, None]
    slopes = 100.0 * (np.eye(areas.shape[1]) - areas[:, :, None] / total) / total
    block = covariance[:, np.array(places)[:, None], places]
    spread = slopes @ block @ slopes.transpose(0, 2, 1)
    return np.asarray(np.sqrt(np.diagonal(spread, axis1=1, axis2=2).mean(axis=0)))
