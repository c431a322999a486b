"""Intervals beyond the covariance: profile likelihood, bootstrap and the choice of background."""
