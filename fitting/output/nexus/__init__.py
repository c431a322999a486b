"""NeXus: data and fit of a project as HDF5, valid under NXxps and NXraman."""

from fitting.output.nexus.file import NEXUS_FILE, write_nexus
from fitting.output.nexus.placeholders import describe_placeholders

__all__ = ["NEXUS_FILE", "describe_placeholders", "write_nexus"]
