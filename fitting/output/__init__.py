"""What leaves the program: tables, figures, report, NeXus, a script that repeats it."""
