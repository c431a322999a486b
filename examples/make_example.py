"""Write the bundled example into this folder: spectra that are simulated, and their truth."""

from pathlib import Path

from fitting.simulation.example import write_example

if __name__ == "__main__":
    print(write_example(Path(__file__).parent))
