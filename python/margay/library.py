"""The shared library margay_predict, and its functions as margay/c.h declares them."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
from ctypes import POINTER, c_char_p, c_double, c_int, c_size_t, c_ssize_t, c_ubyte, c_void_p
from pathlib import Path

from .errors import error_of
from .version import __version__


class Picture(ctypes.Structure):
    """margay_picture"""

    _fields_ = [("pixels", c_void_p), ("width", c_int), ("height", c_int), ("order", c_int), ("stride_bytes", c_ssize_t)]


_SIGNATURES = {
    "margay_version": (c_char_p, []),
    "margay_last_error": (c_char_p, []),
    "margay_open": (c_int, [c_char_p, c_int, POINTER(c_void_p)]),
    "margay_close": (None, [c_void_p]),
    "margay_class_count": (c_int, [c_void_p]),
    "margay_class_name": (c_char_p, [c_void_p, c_int]),
    "margay_predict_file": (c_int, [c_void_p, c_char_p, POINTER(c_double)]),
    "margay_predict_bytes": (c_int, [c_void_p, POINTER(c_ubyte), c_size_t, POINTER(c_double)]),
    "margay_predict_pixels": (c_int, [c_void_p, POINTER(Picture), c_size_t, POINTER(c_double)]),
}

_loaded: ctypes.CDLL | None = None


def _candidates() -> list[str]:
    """Where the library may be, the first that is there wins."""
    release = ".".join(__version__.split(".")[:2])
    name = f"libmargay_predict.so.{release}"
    if "MARGAY_LIBRARY" in os.environ:
        return [os.environ["MARGAY_LIBRARY"]]
    beside = Path(__file__).with_name(name)
    return ([str(beside)] if beside.exists() else []) + [name]


def library() -> ctypes.CDLL:
    """The library, loaded by the first call. OSError, with what to do, where there is none."""
    global _loaded
    if _loaded is None:
        _loaded = _load()
    return _loaded


def _load() -> ctypes.CDLL:
    reasons = []
    for candidate in _candidates():
        try:
            found = ctypes.CDLL(candidate)
        except OSError as error:
            reasons.append(str(error))
            continue
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(found, name, None)
            if function is None:
                raise OSError(f"{candidate} has no {name}: it is another version of margay than this package ({__version__})")
            function.restype, function.argtypes = result, arguments
        version = found.margay_version().decode()
        if version != __version__:
            raise OSError(f"{candidate} is margay {version}, this package is of {__version__}: install both of one version")
        return found
    raise OSError(
        f"margay's library was not found ({'; '.join(reasons)}). "
        "Hint: install it (cmake --install build), or let MARGAY_LIBRARY name libmargay_predict.so"
    )


def check(code: int) -> None:
    """Raises what a function's code means, with the library's own message."""
    if code != 0:
        raise error_of(code, library().margay_last_error().decode("utf-8", "replace"))
