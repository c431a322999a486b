"""Atomic percent: what areas are divided by, and what comes out."""
