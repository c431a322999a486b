"""Fitting a series: every spectrum for itself, from its neighbours, jointly, or on a cluster."""
