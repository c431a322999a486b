"""What a user waits for at the window: ``python -m benchmarks.window`` runs all of it."""
