"""The batched least-squares engine, and the lmfit reference beside it."""
