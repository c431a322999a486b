"""What was measured, as data: series, regions, states, noise and results; and the errors."""
