"""The cell beside the spectra: its potentiostat record and how it lies in time."""
