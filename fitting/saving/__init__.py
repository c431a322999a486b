"""What leaves the program as files: projects, tables with figures, NeXus, a Python script."""
