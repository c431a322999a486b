"""Spectra of a known truth: for the bundled example, the tests and the benchmarks."""
