"""What the cell did: voltage, branch and cycle of every spectrum."""
