"""The way from files to results: read, refer, propose, choose, fit; every entrance goes it."""
