"""Columns that are a variable of the table of estimates, and the words they have in common."""

from fitting.output.tables.column import Column

STDERR = "standard error"
FULL_STDERR = "standard error, from the full covariance"
LOW, HIGH = "lower end of the 95 % interval", "upper end of the 95 % interval"
UPPER = "where the species is not detected: below this, at 95 %"
MODEL = "model error: one standard deviation, in the interval; empty if not looked for"
SYSTEMATIC = "systematic: the furthest that another background moves it; empty if not asked for"
BIAS = "mean of the bootstrap's replicas minus the value"
METHOD = "of the interval: covariance, profile or bootstrap"
SAID_SYSTEMATIC = "another background moves it by up to {}"
SAID_MODEL = "of this the choice of the model is {} (one standard deviation)"


def estimate_column(
    name: str, unit: str, meaning: str, kind: str, part: str, said: str = ""
) -> Column:
    """A column of numbers.

    Parameters
    ----------
    kind
        Of the quantity, such as "fraction".
    part
        Variable of ``fitting.quantities.estimates``, such as "stderr".
    """
    return Column(name, "number", unit, meaning, lambda block: block.part(kind, part), kind, said)


def method_column(kind: str) -> Column:
    """How the intervals of a kind of quantity were found."""
    return Column("method", "text", "", METHOD, lambda block: block.part(kind, "method"))
