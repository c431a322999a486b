"""The numbers by which the minimiser trusts a step, stops and judges, for all of its forms."""

FIRST_DAMPING = 1e-2
SMALLEST_DAMPING = 1e-9
DAMPING_AFTER_REJECTION = 1e-6
SETTLED_DAMPING = 1e-2
"""A step damped more than this says nothing about convergence."""
NEWTON_TOLERANCE = 1e-2
"""Converged when the last Newton step was shorter than this many standard deviations ..."""
GAUSS_NEWTON_TOLERANCE = 1e-4
"""... and a Gauss-Newton step, which converges more slowly, than this."""
SHORTENING = 0.1
"""Converged also when a Newton step promised less than this part of what the one before it did,
and as much less again would be a step shorter than the tolerance."""
LAST_STEP = 10.0
"""What converged takes one more step, without an evaluation, if it is short: if its gain is less
than so many times that of a step as short as the tolerance."""
NEGLIGIBLE_GAIN = 1e-14
NEGLIGIBLE_REJECTED_GAIN = 1e-12
NEGLIGIBLE_STEP = 1e-14
ROUNDING = 1e-28
"""Chi-square below this share of the data's own is rounding."""
PRESSED = 1e-8
"""Cosine between residual and slope above which a parameter is pressed against its bound."""
NEAR_BOUND = 1e-2
"""Standard deviations from a bound that count as at it, for what cannot reach its bound."""
SMALLEST_PIVOT = 1e-13
"""Of a matrix with a unit diagonal: below this, a column repeats the ones before it."""
ENTANGLED_SHARE = 1e-3
"""A parameter is entangled with one that the data cannot tell from a sum with this much of it."""
POSITION_REACH = 0.25
"""A step moves a line by at most this part of its width: beyond, its slopes say nothing ..."""
FWHM_REACH = 0.25
"""... changes its width by at most this part of it ..."""
SHAPE_REACH = 0.3
"""... and its shape by at most this part of the widest range."""
