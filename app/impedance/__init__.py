"""The impedance spectra in the window: Nyquist and Bode plots, circuit, resistances."""
