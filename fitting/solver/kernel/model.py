"""Model, derivatives and second-order term of one spectrum: see ``fitting.solver.evaluation``."""

from fitting.series import FloatArray
from fitting.solver.kernel.arithmetic import gram
from fitting.solver.kernel.arrays import (
    AREA,
    AREA_RATIO,
    FWHM,
    GAUSSIAN,
    KIND,
    MIXING,
    POSITION,
    PSEUDO_VOIGT,
    SEPARATION,
    IntArray,
    KernelPlan,
    Workspace,
)
from fitting.solver.kernel.jit import jit
from fitting.solver.kernel.linear import best_coefficients
from fitting.solver.kernel.lines import (
    add_fwhm_slope,
    add_position_slope,
    add_value,
    dot,
    fill_line,
    gather,
    spread,
    sums_of_line,
)


@jit
def expand(plan: KernelPlan, free: FloatArray, parameters: FloatArray) -> None:
    """All parameters from the free ones."""
    for row in range(plan.source.size):
        parameters[row] = plan.constant[row]
        if plan.source[row] >= 0:
            parameters[row] += plan.factor[row] * free[plan.source[row]]


@jit
def geometry(
    plan: KernelPlan, parameters: FloatArray, line: int, offset: float
) -> tuple[float, float, float, float, float, float]:
    """Centre, 2 / fwhm, mixing, and share of the area with its first two slopes by the ratio."""
    peak, is_partner = plan.lines[line, 0], plan.lines[line, 1]
    rows = plan.peaks[peak]
    centre = parameters[rows[POSITION]] - offset
    scale = 2.0 / parameters[rows[FWHM]]
    mixing = 0.0 if rows[KIND] == GAUSSIAN else 1.0
    if rows[KIND] == PSEUDO_VOIGT:
        mixing = parameters[rows[MIXING]]
    if rows[SEPARATION] < 0:
        return centre, scale, mixing, 1.0, 0.0, 0.0
    main = 1.0 / (1.0 + parameters[rows[AREA_RATIO]])
    if is_partner:
        centre += parameters[rows[SEPARATION]]
        return centre, scale, mixing, 1.0 - main, main * main, -2.0 * main**3
    return centre, scale, mixing, main, -main * main, 2.0 * main**3


@jit
def trial(
    plan: KernelPlan,
    space: Workspace,
    weighted: FloatArray,
    weight: FloatArray,
    offset: float,
    free: FloatArray,
) -> float:
    """Chi-square at the positions and widths of ``free``, whose linear part is solved for."""
    linear = plan.nonnegative.size
    free[:linear] = 0.0
    expand(plan, free, space.parameters)
    _columns(plan, space, offset)
    for column in range(linear):
        for n in range(weight.size):
            space.rows[column, n] *= weight[n]
    for n in range(weight.size):
        space.residual[n] = weighted[n] - space.base[n] * weight[n]
    if linear:
        gram(space.rows, 4 * ((linear + 3) // 4), space.gram)
        for column in range(linear):
            space.gradient[column] = dot(space.rows[column], space.residual)
        best_coefficients(space.gram, space.gradient, plan.nonnegative, free, space.work)
        for column in range(linear):
            amount = free[column]
            for n in range(weight.size):
                space.residual[n] -= amount * space.rows[column, n]
        expand(plan, free, space.parameters)
    return dot(space.residual, space.residual)


@jit
def _columns(plan: KernelPlan, space: Workspace, offset: float) -> None:
    """What the linear parameters multiply, unweighted, and the rest of the model."""
    linear = plan.nonnegative.size
    space.rows[:linear] = 0.0
    space.base[:] = 0.0
    space.weight[:] = 1.0
    for line in range(len(plan.lines)):
        centre, scale, mixing, share, _, _ = geometry(plan, space.parameters, line, offset)
        bell, tail = space.bell[line], space.tail[line]
        fill_line(plan.positions, centre, scale, bell, tail, space.bits, space.power)
        row = plan.peaks[plan.lines[line, 0], AREA]
        source = plan.source[row]
        if 0 <= source < linear:
            amount = plan.factor[row] * share * scale
            add_value(space.rows[source], amount, mixing, bell, tail, space.weight)
        if space.parameters[row] != 0.0:
            amount = space.parameters[row] * share * scale
            add_value(space.base, amount, mixing, bell, tail, space.weight)
    if plan.factor_row >= 0:
        factor = space.parameters[plan.factor_row]
        for column in range(linear):
            _add_spread(plan, space, factor, space.rows[column])
        _add_spread(plan, space, factor, space.base)
    for index in range(plan.level_rows.size):
        _add_linear(plan, space, plan.level_rows[index], plan.level[index])


@jit
def _add_linear(plan: KernelPlan, space: Workspace, row: int, curve: FloatArray) -> None:
    source, value = plan.source[row], space.parameters[row]
    if 0 <= source < plan.nonnegative.size:
        for n in range(curve.size):
            space.rows[source, n] += plan.factor[row] * curve[n]
    for n in range(curve.size):
        space.base[n] += value * curve[n]


@jit
def _add_spread(plan: KernelPlan, space: Workspace, factor: float, profile: FloatArray) -> None:
    spread(plan.half_steps, profile, space.curve)
    for n in range(profile.size):
        profile[n] += factor * space.curve[n]


@jit
def derivatives(  # noqa: C901
    plan: KernelPlan, space: Workspace, weight: FloatArray, offset: float
) -> None:
    """Gradient, Gauss-Newton matrix and second-order term at the last trial."""
    linear, free = plan.nonnegative.size, plan.lower.size
    points = weight.size
    scattered = plan.factor_row >= 0
    space.rows[linear:free] = 0.0
    space.second[:] = 0.0
    for n in range(points):
        space.pull[n] = space.residual[n] * weight[n]
        space.weight[n] = 1.0 if scattered else weight[n]
    if scattered:
        factor = space.parameters[plan.factor_row]
        gather(plan.half_steps, space.pull, space.gathered)
        space.peaks[:] = 0.0
        for n in range(points):
            space.pull[n] += factor * space.gathered[n]
    for line in range(len(plan.lines)):
        _add_line(plan, space, line, offset)
    if scattered:
        _scatter(plan, space, weight)
    for n in range(points):
        space.weight[n] = weight[n]
    _add_bounded_level(plan, space, weight)
    space.rows[free, :] = space.residual
    gram(space.rows, space.rows.shape[0], space.gram)
    for i in range(free):
        space.gradient[i] = space.gram[i, free]
        for j in range(free):
            space.normal[i, j] = space.gram[i, j]


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
def _scatter(plan: KernelPlan, space: Workspace, weight: FloatArray) -> None:
    """Send the derivatives through the scattered background, and add that by its factor."""
    linear, free = plan.nonnegative.size, plan.lower.size
    row = plan.factor_row
    source, factor = plan.source[row], space.parameters[row]
    for i in range(linear, free):
        if source >= 0:
            cross = plan.factor[row] * dot(space.gathered, space.rows[i])
            space.second[i, source] += cross
            space.second[source, i] += cross
        _add_spread(plan, space, factor, space.rows[i])
    if source >= 0:
        spread(plan.half_steps, space.peaks, space.curve)
        for n in range(weight.size):
            space.rows[source, n] += plan.factor[row] * space.curve[n]
    for i in range(linear, free):
        for n in range(weight.size):
            space.rows[i, n] *= weight[n]


@jit
def _add_line(  # noqa: C901
    plan: KernelPlan, space: Workspace, line: int, offset: float
) -> None:
    """Slopes and second-order sums of one line."""
    linear = plan.nonnegative.size
    rows = plan.peaks[plan.lines[line, 0]]
    bell, tail, weight = space.bell[line], space.tail[line], space.weight
    centre, scale, mixing, share, share_slope, bend = geometry(plan, space.parameters, line, offset)
    area = space.parameters[rows[AREA]]
    amount = area * share * scale
    partner = plan.lines[line, 1] == 1
    if plan.factor_row >= 0:
        add_value(space.peaks, amount, mixing, bell, tail, weight)
    source = plan.source[rows[AREA]]
    if source >= linear:
        factor = plan.factor[rows[AREA]] * share * scale
        add_value(space.rows[source], factor, mixing, bell, tail, weight)
    if rows[AREA_RATIO] >= 0 and plan.source[rows[AREA_RATIO]] >= 0:
        factor = plan.factor[rows[AREA_RATIO]] * area * share_slope * scale
        target = space.rows[plan.source[rows[AREA_RATIO]]]
        add_value(target, factor, mixing, bell, tail, weight)
    for which in range(2 if partner else 1):
        row = rows[SEPARATION] if which else rows[POSITION]
        if plan.source[row] >= 0:
            factor = -plan.factor[row] * amount * scale
            target = space.rows[plan.source[row]]
            add_position_slope(
                target, plan.positions, centre, scale, factor, mixing, bell, tail, weight
            )
    if plan.source[rows[FWHM]] >= 0:
        factor = -0.5 * plan.factor[rows[FWHM]] * amount * scale
        target = space.rows[plan.source[rows[FWHM]]]
        add_fwhm_slope(target, plan.positions, centre, scale, factor, mixing, bell, tail, weight)
    if rows[KIND] == PSEUDO_VOIGT and plan.source[rows[MIXING]] >= 0:
        factor = plan.factor[rows[MIXING]] * amount
        target = space.rows[plan.source[rows[MIXING]]]
        for n in range(weight.size):
            target[n] += factor * (tail[n] - bell[n]) * weight[n]
    sums = sums_of_line(plan.positions, centre, scale, mixing, bell, tail, space.pull)
    _fill_pairs(space.pairs, sums, partner, area, scale, share, share_slope, bend)
    _add_second(plan.source, plan.factor, rows, space.second, space.pairs)
    row = plan.factor_row
    if row >= 0 and plan.source[row] >= 0 and 0 <= source < linear:
        pull = dot(space.gathered, bell) * (1.0 - mixing) + dot(space.gathered, tail) * mixing
        cross = plan.factor[row] * plan.factor[rows[AREA]] * share * scale * pull
        space.second[source, plan.source[row]] += cross
        space.second[plan.source[row], source] += cross


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
            second[source[first], source[other]] += value
            if i != j:
                second[source[other], source[first]] += value


@jit
def _fill_pairs(
    pairs: FloatArray,
    sums: tuple[float, float, float, float, float, float, float, float, float],
    is_partner: bool,
    area: float,
    scale: float,
    share: float,
    share_slope: float,
    bend: float,
) -> None:
    """Second derivatives of one line, lower triangle; in the order of ``KernelPlan.peaks``."""
    value, z, zz1, zz, z_zz, zz_zz, shape, z_shape, zz_shape = sums
    half = 0.5 * scale
    amount = area * share * scale
    area_, place, width, mixing, apart, ratio = range(6)
    by_place = -scale * scale * z
    by_width = -scale * half * (value + zz1)
    bend_of_place = amount * scale * scale * zz
    place_width = amount * scale * half * (2.0 * z + z_zz)
    pairs[:] = 0.0
    pairs[place, area_] = share * by_place
    pairs[width, area_] = share * by_width
    pairs[mixing, area_] = share * scale * shape
    pairs[ratio, area_] = share_slope * scale * value
    pairs[ratio, place] = area * share_slope * by_place
    pairs[ratio, width] = area * share_slope * by_width
    pairs[ratio, mixing] = area * share_slope * scale * shape
    pairs[ratio, ratio] = area * bend * scale * value
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
