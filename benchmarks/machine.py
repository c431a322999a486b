"""On what a figure was measured."""

import os
import platform
from pathlib import Path


def machine() -> str:
    """Processor, threads, Python and load of this machine, for beside the figures."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
        model = next((x.partition(":")[2].strip() for x in lines if "model name" in x), model)
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{model}, {os.cpu_count()} threads, Python {platform.python_version()}{load}"
