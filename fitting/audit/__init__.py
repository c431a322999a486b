"""What is checked of every fit: rules by what they look at, their limits, and the findings."""
