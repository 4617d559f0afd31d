"""A trained classifier."""

from __future__ import annotations

import ctypes
import os
from typing import Any, Iterable

from .answer import Answer
from .errors import UsageError
from .library import Picture, check, library
from .pixels import picture_of


_PATHS = (str, os.PathLike)
_BYTES = (bytes, bytearray, memoryview)
_FILES = _PATHS + _BYTES


def _path_for_c(path: str | os.PathLike[str]) -> bytes:
    encoded = os.fsencode(path)
    if not encoded or b"\0" in encoded:
        raise UsageError(f"the path {path!r} is empty or has a zero byte in it: no file has such a name")
    return encoded


class Model:
    """Answers what pictures show. Many threads may ask one at once: the weights are in memory once, and the call runs
    without Python's global lock. Usable as a context manager; `close` gives the memory back.
    """

    classes: tuple[str, ...]

    def __init__(self, run_or_model: str | os.PathLike[str], threads: int = 0) -> None:
        """Opens a model file or a run directory; nothing in it is executed.

        threads: what a call computes on, 0: all that this process may use.
        Raises FormatError, ModelError or InputOutputError.
        """
        self._handle = ctypes.c_void_p()
        self._arguments = (os.fspath(run_or_model), threads)
        check(library().margay_open(_path_for_c(run_or_model), threads, ctypes.byref(self._handle)))
        count = library().margay_class_count(self._handle)
        self.classes = tuple(library().margay_class_name(self._handle, index).decode() for index in range(count))

    def predict(self, picture: Any) -> Answer:
        """What a picture shows: a path, the bytes of a file, an array [H, W, 3] of uint8 (RGB; also [H, W] gray and
        [H, W, 4] RGBA) or a Pillow picture.
        """
        if isinstance(picture, _PATHS):
            return self._ask(library().margay_predict_file, _path_for_c(picture))
        if isinstance(picture, _BYTES):
            data = bytes(picture)
            return self._ask(library().margay_predict_bytes, ctypes.cast(data, ctypes.POINTER(ctypes.c_ubyte)), len(data))
        return self._predict_pixels([picture])[0]

    def predict_batch(self, pictures: Iterable[Any]) -> list[Answer]:
        """Whatever `predict` takes, each of a size of its own; the answers are in their order. Arrays and Pillow pictures are
        computed as one batch.
        """
        pictures = list(pictures)
        together = [index for index, picture in enumerate(pictures) if not isinstance(picture, _FILES)]
        answers = dict(zip(together, self._predict_pixels([pictures[index] for index in together])))
        return [answers[index] if index in answers else self.predict(picture) for index, picture in enumerate(pictures)]

    def _predict_pixels(self, pictures: list[Any]) -> list[Answer]:
        made = [picture_of(picture) for picture in pictures]
        if not made:
            return []
        pictures_for_c = (Picture * len(made))(*(picture for picture, _ in made))
        values = self._room(len(made))
        check(library().margay_predict_pixels(self._open_handle(), pictures_for_c, len(made), values))
        each = len(self.classes)
        return [Answer(self.classes, tuple(values[start : start + each])) for start in range(0, len(values), each)]

    def close(self) -> None:
        """Gives the memory back; what is asked afterwards is a UsageError."""
        handle, self._handle = self._handle, ctypes.c_void_p()
        if handle:
            library().margay_close(handle)

    def __enter__(self) -> Model:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            self.close()

    def __reduce__(self) -> tuple[type[Model], tuple[Any, int]]:
        """Copies, and what multiprocessing sends, open the same file again."""
        return type(self), self._arguments

    def __repr__(self) -> str:
        return f"<margay.Model of {len(self.classes)} classes>"

    def _ask(self, function: Any, *arguments: Any) -> Answer:
        values = self._room(1)
        check(function(self._open_handle(), *arguments, values))
        return Answer(self.classes, tuple(values))

    def _room(self, pictures: int) -> ctypes.Array[ctypes.c_double]:
        return (ctypes.c_double * (pictures * len(self.classes)))()

    def _open_handle(self) -> ctypes.c_void_p:
        if not self._handle:
            raise UsageError("the model is closed")
        return self._handle
