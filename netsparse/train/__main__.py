"""``python -m netsparse.train`` is ``netsparse train``."""

from __future__ import annotations

import sys

from netsparse.cli import main

if __name__ == "__main__":
    sys.exit(main(["train", *sys.argv[1:]]))
