"""What is stated of spectra that the model does not describe: honest, told, or silently wrong."""
