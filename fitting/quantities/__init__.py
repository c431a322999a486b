"""What follows from a result: shares, ratios, atomic percent, trends, onsets and their errors."""
