"""The model of one spectrum at trial values: see ``fitting.solvers.numpy.evaluation``."""

from fitting.data.series import FloatArray
from fitting.solvers.compiled.arithmetic import TILE, compute_gram
from fitting.solvers.compiled.arrays import (
    AREA,
    AREA_RATIO,
    FWHM,
    GAUSSIAN,
    KIND,
    MIXING,
    POSITION,
    PSEUDO_VOIGT,
    SEPARATION,
    KernelPlan,
    LineGeometry,
    Workspace,
)
from fitting.solvers.compiled.jit import jit_on_given_arrays as jit
from fitting.solvers.compiled.linear import best_coefficients
from fitting.solvers.compiled.lines import dot_product, fill_line, put_value, spread_profile


@jit
def expand_free(plan: KernelPlan, free: FloatArray, parameters: FloatArray) -> None:
    """All parameters from the free ones."""
    for row in range(plan.source.size):
        parameters[row] = plan.constant[row]
        if plan.source[row] >= 0:
            parameters[row] += plan.factor[row] * free[plan.source[row]]


@jit
def line_geometry(
    plan: KernelPlan, parameters: FloatArray, line: int, offset: float
) -> LineGeometry:
    """A line at these parameters."""
    peak, is_partner = plan.lines[line, 0], plan.lines[line, 1]
    rows = plan.peaks[peak]
    centre = parameters[rows[POSITION]] - offset
    scale = 2.0 / parameters[rows[FWHM]]
    mixing = 0.0 if rows[KIND] == GAUSSIAN else 1.0
    if rows[KIND] == PSEUDO_VOIGT:
        mixing = parameters[rows[MIXING]]
    if rows[SEPARATION] < 0:
        return LineGeometry(centre, scale, mixing, 1.0, 0.0, 0.0)
    main = 1.0 / (1.0 + parameters[rows[AREA_RATIO]])
    if is_partner:
        centre += parameters[rows[SEPARATION]]
        return LineGeometry(centre, scale, mixing, 1.0 - main, main * main, -2.0 * main**3)
    return LineGeometry(centre, scale, mixing, main, -main * main, 2.0 * main**3)


@jit
def try_values(
    plan: KernelPlan, space: Workspace, weight: FloatArray, offset: float, free: FloatArray
) -> float:
    """Chi-square at the positions and widths of ``free``, whose linear part is solved for."""
    linear = plan.nonnegative.size
    for column in range(linear):
        free[column] = 0.0
    expand_free(plan, free, space.parameters)
    has_base = _fill_columns(plan, space, weight, offset)
    for n in range(weight.size):
        space.residual[n] = space.weighted[n]
    if has_base:
        for n in range(weight.size):
            space.residual[n] -= space.base[n] * weight[n]
    if linear:
        for n in range(weight.size):
            space.rows[linear, n] = space.residual[n]
        compute_gram(space.rows, 0, TILE * ((linear + TILE) // TILE), space.gram)
        best_coefficients(space.gram, plan.nonnegative, free, space.step)
        _subtract_linear(space.rows, free, linear, space.residual)
        expand_free(plan, free, space.parameters)
    return dot_product(space.residual, space.residual)


@jit
def _subtract_linear(rows: FloatArray, free: FloatArray, linear: int, residual: FloatArray) -> None:
    """Take the rows times the free parameters from the residual, two at a time."""
    for column in range(0, linear - 1, 2):
        a, b = free[column], free[column + 1]
        for n in range(residual.size):
            residual[n] -= a * rows[column, n] + b * rows[column + 1, n]
    if linear % 2:
        a = free[linear - 1]
        for n in range(residual.size):
            residual[n] -= a * rows[linear - 1, n]


@jit
def _fill_columns(  # noqa: C901
    plan: KernelPlan, space: Workspace, weight: FloatArray, offset: float
) -> bool:
    """What the linear parameters multiply, weighted, and the rest of the model, which is not.

    False if there is no rest.
    """
    linear = plan.nonnegative.size
    scattered = plan.factor_row >= 0
    by = space.ones if scattered else weight
    has_base = False
    for column in range(linear):
        space.is_begun[column] = False
    for line in range(len(plan.lines)):
        form = line_geometry(plan, space.parameters, line, offset)
        bell, tail = space.bell[line], space.tail[line]
        fill_line(plan.positions, form.centre, form.scale, bell, tail)
        row = plan.peaks[plan.lines[line, 0], AREA]
        source = plan.source[row]
        if 0 <= source < linear:
            amount = plan.factor[row] * form.share * form.scale
            adds = begin_row(space, source)
            put_value(space.rows[source], adds, amount, form.mixing, bell, tail, by)
        if space.parameters[row] != 0.0:
            amount = space.parameters[row] * form.share * form.scale
            put_value(space.base, has_base, amount, form.mixing, bell, tail, space.ones)
            has_base = True
    if scattered:
        factor = space.parameters[plan.factor_row]
        for column in range(linear):
            if space.is_begun[column]:
                add_spread(plan, space, factor, space.rows[column])
                weigh_row(space.rows[column], weight)
        if has_base:
            add_spread(plan, space, factor, space.base)
    for index in range(plan.level_rows.size):
        row = plan.level_rows[index]
        _put_column(plan, space, row, plan.level[index], weight)
        if space.parameters[row] != 0.0:
            for n in range(weight.size):
                before = space.base[n] if has_base else 0.0
                space.base[n] = before + space.parameters[row] * plan.level[index, n]
            has_base = True
    return has_base


@jit
def begin_row(space: Workspace, row: int) -> bool:
    """Whether the row holds something; it does so from now on."""
    begun = bool(space.is_begun[row])
    space.is_begun[row] = True
    return begun


@jit
def _put_column(
    plan: KernelPlan, space: Workspace, row: int, curve: FloatArray, weight: FloatArray
) -> None:
    source = plan.source[row]
    if 0 <= source < plan.nonnegative.size:
        factor, adds = plan.factor[row], begin_row(space, source)
        for n in range(curve.size):
            before = space.rows[source, n] if adds else 0.0
            space.rows[source, n] = before + factor * curve[n] * weight[n]


@jit
def weigh_row(row: FloatArray, weight: FloatArray) -> None:
    for n in range(row.size):
        row[n] *= weight[n]


@jit
def add_spread(plan: KernelPlan, space: Workspace, factor: float, profile: FloatArray) -> None:
    spread_profile(plan.half_steps, profile, space.curve)
    for n in range(profile.size):
        profile[n] += factor * space.curve[n]
