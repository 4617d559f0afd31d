"""What margay raises: each message says where, what was found, what was expected, and a hint."""

from __future__ import annotations


class Error(RuntimeError):
    """The root of what margay raises by itself."""


class UsageError(Error, ValueError):
    """An argument that makes no sense."""


class DataError(Error, ValueError):
    """A data set that cannot be used as a whole."""


class FormatError(Error, ValueError):
    """A broken picture or model file."""


class ModelError(Error):
    """A network that does not fit its weights, or answers what is no number."""


class InputOutputError(Error, OSError):
    """No such file, no permission."""


_BY_CODE = {2: UsageError, 3: DataError, 4: FormatError, 5: ModelError, 6: InputOutputError}


def error_of(code: int, message: str) -> Error:
    """The exception of a code that the C library returned (margay/c.h)."""
    return _BY_CODE.get(code, Error)(message)
