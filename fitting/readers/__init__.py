"""Files to data: spectra of instruments, records of potentiostats."""
