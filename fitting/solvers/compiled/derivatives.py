"""Derivatives and second-order term of one spectrum: see ``fitting.solvers.numpy.evaluation``."""

from fitting.data.series import FloatArray
from fitting.solvers.compiled.arithmetic import TILE, compute_gram
from fitting.solvers.compiled.arrays import (
    AREA,
    AREA_RATIO,
    FWHM,
    KIND,
    MIXING,
    POSITION,
    PSEUDO_VOIGT,
    SEPARATION,
    IntArray,
    KernelPlan,
    LineGeometry,
    Workspace,
)
from fitting.solvers.compiled.jit import jit_on_given_arrays as jit
from fitting.solvers.compiled.lines import (
    dot_product,
    gather_pull,
    put_fwhm_slope,
    put_mixing_slope,
    put_position_slope,
    put_value,
    spread_profile,
    sums_of_line,
)
from fitting.solvers.compiled.model import add_spread, begin_row, line_geometry, weigh_row


@jit
def fill_derivatives(  # noqa: C901
    plan: KernelPlan, space: Workspace, weight: FloatArray, offset: float
) -> None:
    """Gradient, Gauss-Newton matrix and second-order term at the last trial."""
    linear, free = plan.nonnegative.size, plan.lower.size
    search = space.search
    scattered = plan.factor_row >= 0
    for i in range(free):
        space.is_begun[i] = i < linear
        for j in range(free):
            search.second[i, j] = 0.0
    for n in range(weight.size):
        space.pull[n] = space.residual[n] * weight[n]
        space.rows[free, n] = space.residual[n]
    if scattered:
        factor = space.parameters[plan.factor_row]
        gather_pull(plan.half_steps, space.pull, space.gathered)
        for n in range(weight.size):
            space.peaks[n] = 0.0
            space.pull[n] += factor * space.gathered[n]
    by = space.ones if scattered else weight
    for line in range(len(plan.lines)):
        _put_line(plan, space, line, offset, by)
    _end_rows(space, linear, free)
    if scattered:
        _scatter_derivatives(plan, space, weight)
    _add_bounded_level(plan, space, weight)
    compute_gram(space.rows, TILE * (linear // TILE), space.rows.shape[0], space.gram)
    for i in range(free):
        search.gradient[i] = space.gram[free, i]
        for j in range(i + 1):
            search.normal[i, j] = space.gram[i, j]


@jit
def _end_rows(space: Workspace, linear: int, free: int) -> None:
    """Empty the rows that nothing was put into."""
    for i in range(linear, free):
        if not space.is_begun[i]:
            for n in range(space.residual.size):
                space.rows[i, n] = 0.0


@jit
def _add_bounded_level(plan: KernelPlan, space: Workspace, weight: FloatArray) -> None:
    """Slopes by what is bounded in the level of the background, and so is not solved for."""
    for index in range(plan.level_rows.size):
        row = plan.level_rows[index]
        if plan.source[row] >= plan.nonnegative.size:
            target = space.rows[plan.source[row]]
            for n in range(weight.size):
                target[n] += plan.factor[row] * plan.level[index, n] * weight[n]


@jit
def _scatter_derivatives(plan: KernelPlan, space: Workspace, weight: FloatArray) -> None:
    """Send the derivatives through the scattered background, and add that by its factor."""
    linear, free = plan.nonnegative.size, plan.lower.size
    row = plan.factor_row
    source, factor = plan.source[row], space.parameters[row]
    for i in range(linear, free):
        if source >= 0:
            cross = plan.factor[row] * dot_product(space.gathered, space.rows[i])
            _add_pair(space.search.second, i, source, cross)
        add_spread(plan, space, factor, space.rows[i])
    if source >= 0:
        spread_profile(plan.half_steps, space.peaks, space.curve)
        for n in range(weight.size):
            space.rows[source, n] += plan.factor[row] * space.curve[n]
    for i in range(linear, free):
        weigh_row(space.rows[i], weight)


@jit
def _add_pair(second: FloatArray, i: int, j: int, value: float) -> None:
    """Add to the lower triangle what stands on both sides of the diagonal."""
    if i == j:
        second[i, i] += 2.0 * value
    else:
        second[max(i, j), min(i, j)] += value


@jit
def _put_line(
    plan: KernelPlan, space: Workspace, line: int, offset: float, weight: FloatArray
) -> None:
    """Slopes and second-order sums of one line."""
    form = line_geometry(plan, space.parameters, line, offset)
    _put_amounts(plan, space, line, form, weight)
    _put_places(plan, space, line, form, weight)
    _put_shapes(plan, space, line, form, weight)
    _add_bends(plan, space, line, form)


@jit
def _put_amounts(
    plan: KernelPlan, space: Workspace, line: int, form: LineGeometry, weight: FloatArray
) -> None:
    """Slopes by an area that is not solved for and by the ratio of the areas; what scatters."""
    rows, bell, tail = plan.peaks[plan.lines[line, 0]], space.bell[line], space.tail[line]
    area = space.parameters[rows[AREA]]
    if plan.factor_row >= 0:
        amount = area * form.share * form.scale
        put_value(space.peaks, True, amount, form.mixing, bell, tail, weight)
    target = plan.source[rows[AREA]]
    if target >= plan.nonnegative.size:
        factor = plan.factor[rows[AREA]] * form.share * form.scale
        adds = begin_row(space, target)
        put_value(space.rows[target], adds, factor, form.mixing, bell, tail, weight)
    ratio = rows[AREA_RATIO]
    if ratio >= 0 and plan.source[ratio] >= 0:
        factor = plan.factor[ratio] * area * form.share_slope * form.scale
        target = plan.source[ratio]
        adds = begin_row(space, target)
        put_value(space.rows[target], adds, factor, form.mixing, bell, tail, weight)


@jit
def _put_places(
    plan: KernelPlan, space: Workspace, line: int, form: LineGeometry, weight: FloatArray
) -> None:
    """Slopes by position and, of a partner, by separation."""
    rows = plan.peaks[plan.lines[line, 0]]
    amount = space.parameters[rows[AREA]] * form.share * form.scale
    is_partner = plan.lines[line, 1] == 1
    for which in range(2 if is_partner else 1):
        row = rows[SEPARATION if which else POSITION]
        target = plan.source[row]
        if target >= 0:
            factor = -plan.factor[row] * amount * form.scale
            put_position_slope(
                space.rows[target], begin_row(space, target), plan.positions, form.centre,
                form.scale, factor, form.mixing, space.bell[line], space.tail[line], weight,
            )  # fmt: skip


@jit
def _put_shapes(
    plan: KernelPlan, space: Workspace, line: int, form: LineGeometry, weight: FloatArray
) -> None:
    """Slopes by width and mixing."""
    rows, bell, tail = plan.peaks[plan.lines[line, 0]], space.bell[line], space.tail[line]
    amount = space.parameters[rows[AREA]] * form.share * form.scale
    target = plan.source[rows[FWHM]]
    if target >= 0:
        factor = -0.5 * plan.factor[rows[FWHM]] * amount * form.scale
        put_fwhm_slope(
            space.rows[target], begin_row(space, target), plan.positions, form.centre, form.scale,
            factor, form.mixing, bell, tail, weight,
        )  # fmt: skip
    mixing = rows[MIXING]
    if rows[KIND] == PSEUDO_VOIGT and plan.source[mixing] >= 0:
        target = plan.source[mixing]
        adds = begin_row(space, target)
        put_mixing_slope(space.rows[target], adds, plan.factor[mixing] * amount, bell, tail, weight)


@jit
def _add_bends(plan: KernelPlan, space: Workspace, line: int, form: LineGeometry) -> None:
    """Second-order sums, and those of an area that is solved for with the factor of scattering."""
    rows, bell, tail = plan.peaks[plan.lines[line, 0]], space.bell[line], space.tail[line]
    sums = sums_of_line(
        plan.positions, form.centre, form.scale, form.mixing, bell, tail, space.pull
    )
    _fill_pairs(space.pairs, sums, plan.lines[line, 1] == 1, space.parameters[rows[AREA]], form)
    _add_second(plan.source, plan.factor, rows, space.search.second, space.pairs)
    row, source = plan.factor_row, plan.source[rows[AREA]]
    if row >= 0 and plan.source[row] >= 0 and 0 <= source < plan.nonnegative.size:
        pull = dot_product(space.gathered, bell) * (1.0 - form.mixing)
        pull += dot_product(space.gathered, tail) * form.mixing
        cross = plan.factor[row] * plan.factor[rows[AREA]] * form.share * form.scale * pull
        _add_pair(space.search.second, source, plan.source[row], cross)


@jit
def _add_second(
    source: IntArray,
    factors: FloatArray,
    rows: IntArray,
    second: FloatArray,
    pairs: FloatArray,
) -> None:
    """Add a line's second derivatives, shape (6, 6), to those by the free parameters."""
    for i in range(6):
        first = rows[AREA + i]
        if first < 0 or source[first] < 0:
            continue
        for j in range(i + 1):
            other = rows[AREA + j]
            if other < 0 or source[other] < 0:
                continue
            value = factors[first] * factors[other] * pairs[i, j]
            if i == j:
                second[source[first], source[first]] += value
            else:
                _add_pair(second, source[first], source[other], value)


@jit
def _fill_pairs(
    pairs: FloatArray,
    sums: tuple[float, float, float, float, float, float, float, float, float],
    is_partner: bool,
    area: float,
    form: LineGeometry,
) -> None:
    """Second derivatives of one line, lower triangle; in the order of ``KernelPlan.peaks``."""
    value, z, zz1, zz, z_zz, zz_zz, shape, z_shape, zz_shape = sums
    scale, share, share_slope = form.scale, form.share, form.share_slope
    half = 0.5 * scale
    amount = area * share * scale
    area_, place, width, mixing, apart, ratio = range(6)
    by_place = -scale * scale * z
    by_width = -scale * half * (value + zz1)
    bend_of_place = amount * scale * scale * zz
    place_width = amount * scale * half * (2.0 * z + z_zz)
    for i in range(6):
        for j in range(6):
            pairs[i, j] = 0.0
    pairs[place, area_] = share * by_place
    pairs[width, area_] = share * by_width
    pairs[mixing, area_] = share * scale * shape
    pairs[ratio, area_] = share_slope * scale * value
    pairs[ratio, place] = area * share_slope * by_place
    pairs[ratio, width] = area * share_slope * by_width
    pairs[ratio, mixing] = area * share_slope * scale * shape
    pairs[ratio, ratio] = area * form.share_bend * scale * value
    pairs[place, place] = bend_of_place
    pairs[width, place] = place_width
    pairs[mixing, place] = -amount * scale * z_shape
    pairs[width, width] = amount * half * half * (2.0 * value + 4.0 * zz1 + zz_zz)
    pairs[mixing, width] = -amount * half * (shape + zz_shape)
    if is_partner:
        pairs[apart, area_] = pairs[place, area_]
        pairs[apart, place] = bend_of_place
        pairs[apart, apart] = bend_of_place
        pairs[apart, width] = place_width
        pairs[apart, mixing] = pairs[mixing, place]
        pairs[ratio, apart] = pairs[ratio, place]
