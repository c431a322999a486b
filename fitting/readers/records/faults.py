"""What parsers of binary files that are not ours raise on a file that they do not understand."""

import struct
import zipfile
import zlib
from xml.parsers.expat import ExpatError

PARSER_FAULTS: tuple[type[Exception], ...] = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OSError,
    EOFError,
    ArithmeticError,
    AssertionError,
    RuntimeError,
    MemoryError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
    ExpatError,
)
