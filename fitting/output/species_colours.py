"""One colour for every species, the same in every figure and on the screen.

Species that are fitted together differ in lightness as well as in hue, so that they can be told
apart with any colour vision and in print without colour. The colours follow Okabe and Ito (Color
Universal Design, 2008) and Paul Tol's schemes (SRON technical note EPS/TN/09-002).
"""

from hashlib import sha256

_FIXED = {
    "PS4": "#0072b2",
    "polysulfide": "#e69f00",
    "S0": "#999933",
    "P2S5": "#d55e00",
    "Li2S": "#009e73",
    "Li2Sn": "#882255",
    "sulfite": "#cc79a7",
    "sulfate": "#56b4e9",
    "LPS_film": "#777777",
    "phosphate": "#882255",
    "P-O-S": "#cc79a7",
    "P0": "#999933",
    "reduced_P": "#e69f00",
    "Li3P": "#009e73",
    "lattice_oxide": "#332288",
    "oxyanion": "#cc79a7",
    "organic_O": "#999933",
    "chloride": "#44aa99",
    "C-C": "#777777",
    "C_sp2": "#333333",
    "C-O": "#999933",
    "C=O": "#e69f00",
    "O-C=O": "#cc79a7",
    "carbonate": "#56b4e9",
    "carbon": "#333333",
    "P2S6": "#332288",
    "bridging_O": "#332288",
}
"""By species id; species that no model has together may share one."""

_OTHERS = (
    "#332288", "#44aa99", "#aa4499", "#b08d00", "#117733", "#cc6677", "#6699cc", "#661100",
    "#4d7fa8", "#ee7733", "#5e5e8a", "#004488",
)  # fmt: skip


def colour_of(species: str) -> str:
    """The colour of a species as "#rrggbb"; for a species unknown here, always the same one."""
    if species in _FIXED:
        return _FIXED[species]
    return _OTHERS[int.from_bytes(sha256(species.encode()).digest()[:4], "big") % len(_OTHERS)]
