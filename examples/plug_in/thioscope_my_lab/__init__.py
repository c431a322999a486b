"""What one laboratory adds to Thioscope: one module for each thing."""

from pathlib import Path

LIBRARY = Path(__file__).with_name("library.toml")
"""Species and models of ours: see the guide on own libraries."""
