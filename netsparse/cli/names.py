"""File names in what a command prints."""

from __future__ import annotations

import shlex

from netsparse.errors import printable


def typed(name: object) -> str:
    r"""Return a file name as it is typed in a shell: quoted if need be, on one line, not taken for a flag.

    Examples
    --------
    >>> import os
    >>> print(typed('runs/a'), typed('my run'), typed('-x'), typed(os.fsdecode(b"it's\xff")))
    runs/a 'my run' ./-x $'it\'s\xff'
    """
    text = str(name)
    text = f"./{text}" if text.startswith("-") else text
    if text.isprintable():
        return shlex.quote(text)
    return "$'" + printable(text.replace("\\", r"\\").replace("'", r"\'")) + "'"
