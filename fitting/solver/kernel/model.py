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
    _add_second(plan, space, line, sums, area, scale, share, share_slope, bend)
    row = plan.factor_row
    if row >= 0 and plan.source[row] >= 0 and 0 <= source < linear:
        pull = dot(space.gathered, bell) * (1.0 - mixing) + dot(space.gathered, tail) * mixing
        cross = plan.factor[row] * plan.factor[rows[AREA]] * share * scale * pull
        space.second[source, plan.source[row]] += cross
        space.second[plan.source[row], source] += cross


@jit
def _pair(plan: KernelPlan, second: FloatArray, row: int, column: int, amount: float) -> None:
    """Add a second derivative by two parameters, if both vary."""
    if row < 0 or column < 0 or plan.source[row] < 0 or plan.source[column] < 0:
        return
    value = plan.factor[row] * plan.factor[column] * amount
    second[plan.source[row], plan.source[column]] += value
    if row != column:
        second[plan.source[column], plan.source[row]] += value


@jit
def _add_second(
    plan: KernelPlan,
    space: Workspace,
    line: int,
    sums: tuple[float, float, float, float, float, float, float, float, float],
    area: float,
    scale: float,
    share: float,
    share_slope: float,
    bend: float,
) -> None:
    """Spread the sums of a line over the pairs of parameters that vary."""
    value, z, zz1, zz, z_zz, zz_zz, shape, z_shape, zz_shape = sums
    rows, second = plan.peaks[plan.lines[line, 0]], space.second
    half = 0.5 * scale
    amount = area * share * scale
    mixing = rows[MIXING] if rows[KIND] == PSEUDO_VOIGT else -1
    places = 2 if plan.lines[line, 1] == 1 else 1
    for which in range(2):
        row = rows[AREA_RATIO] if which else rows[AREA]
        part = area * share_slope if which else share
        for at in range(places):
            place = rows[SEPARATION] if at else rows[POSITION]
            _pair(plan, second, row, place, -part * scale * scale * z)
        _pair(plan, second, row, rows[FWHM], -part * scale * half * (value + zz1))
        _pair(plan, second, row, mixing, part * scale * shape)
    _pair(plan, second, rows[AREA], rows[AREA_RATIO], share_slope * scale * value)
    _pair(plan, second, rows[AREA_RATIO], rows[AREA_RATIO], area * bend * scale * value)
    for at in range(places):
        place = rows[SEPARATION] if at else rows[POSITION]
        for other in range(at, places):
            second_place = rows[SEPARATION] if other else rows[POSITION]
            _pair(plan, second, place, second_place, amount * scale * scale * zz)
        _pair(plan, second, place, rows[FWHM], amount * scale * half * (2.0 * z + z_zz))
        _pair(plan, second, place, mixing, -amount * scale * z_shape)
    bend_of_width = amount * half * half * (2.0 * value + 4.0 * zz1 + zz_zz)
    _pair(plan, second, rows[FWHM], rows[FWHM], bend_of_width)
    _pair(plan, second, rows[FWHM], mixing, -amount * half * (shape + zz_shape))
