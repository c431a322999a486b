"""What is drawn: the spectrum with its model, the series as a map, trends against voltage."""
