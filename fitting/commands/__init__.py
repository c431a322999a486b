"""The command line: what the program promises to scripts."""
