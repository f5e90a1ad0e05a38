"""``python -m netsparse``: the ``netsparse`` command."""

from __future__ import annotations

import sys

from netsparse.cli import main

if __name__ == "__main__":
    sys.exit(main())
