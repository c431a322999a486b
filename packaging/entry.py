"""Where the frozen program begins; ``app.__main__`` as a script would put ``app/`` on the path."""

import sys

from app.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
