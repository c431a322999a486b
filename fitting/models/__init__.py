"""What is fitted: peaks, line shapes, backgrounds and ties, as descriptions and as functions."""
