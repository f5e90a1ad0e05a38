"""Parameters of the library by the flags that a user of the command gave them with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from netsparse.errors import InvalidValue, NetsparseError


@contextmanager
def naming_flags(*parameters: str) -> Iterator[None]:
    """Let an error about one of these parameters, by which its message begins, name the flag instead.

    Examples
    --------
    >>> from netsparse.errors import check_count
    >>> with naming_flags('steps'):
    ...     check_count('steps', 0, at_least=1)
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidValue: --steps must be at least 1, got 0
    """
    try:
        yield
    except NetsparseError as error:
        if error.parameter not in parameters:
            raise
        flag = f"--{error.parameter.replace('_', '-')}"
        raise InvalidValue(re.sub(rf"^(unknown )?{error.parameter}\b", rf"\g<1>{flag}", str(error))) from error
