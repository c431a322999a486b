"""Memory of this process."""

import sys
from pathlib import Path


def resident_megabytes() -> float:
    """What it holds now; nan where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return float("nan")
    lines = status.read_text(encoding="ascii").splitlines()
    resident = next(line for line in lines if line.startswith("VmRSS"))
    return int(resident.split()[1]) / 1024


def most_megabytes() -> float:
    """The most that it has held so far."""
    # not on Windows
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # macOS counts bytes, Linux kilobytes
    return most / 1024**2 if sys.platform == "darwin" else most / 1024
