"""Errors of the library, which name parameters, in the words of the command, which has flags."""

from __future__ import annotations

import argparse
import re

from netsparse.errors import NetsparseError


def in_flags(error: Exception, arguments: argparse.Namespace) -> Exception | str:
    """Return an error's message with the flag in the place of the parameter that is at fault, if a flag sets that.

    Examples
    --------
    >>> from netsparse.errors import InvalidValue
    >>> arguments = argparse.Namespace(flags={"batch_size": "--batch-size"})
    >>> in_flags(InvalidValue("batch_size must be at least 1, got 0", parameter="batch_size"), arguments)
    '--batch-size must be at least 1, got 0'
    """
    parameter = error.parameter if isinstance(error, NetsparseError) else None
    flag = getattr(arguments, "flags", {}).get(parameter)
    if flag is None:
        return error
    name = rf"(?<![\w-]){re.escape(parameter)}(?![\w-])"
    return re.sub(name, lambda _: flag, str(error), count=1)
