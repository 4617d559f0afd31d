"""Pictures of other Python libraries as pixels that the C library reads where they lie."""

from __future__ import annotations

import ctypes
from typing import Any

from .errors import UsageError
from .library import Picture

_ORDER_OF_CHANNELS = {1: 4, 2: 5, 3: 0, 4: 2}  # gray, gray and alpha, RGB, RGBA: enum margay_pixel_order
_ORDER_OF_MODE = {"L": 4, "LA": 5, "RGB": 0, "RGBA": 2}


def is_pillow(picture: Any) -> bool:
    """A Pillow picture, without loading Pillow for those who have none."""
    return hasattr(picture, "mode") and hasattr(picture, "tobytes") and hasattr(picture, "convert")


def picture_of(picture: Any) -> tuple[Picture, object]:
    """The picture for C, and what has to live as long as it is used."""
    return _of_pillow(picture) if is_pillow(picture) else _of_array(picture)


def _of_pillow(picture: Any) -> tuple[Picture, object]:
    from PIL import ImageOps

    picture = ImageOps.exif_transpose(picture)  # as margay turns the pictures that it decodes
    if picture.mode in ("I", "F") or picture.mode.startswith("I;"):
        raise UsageError(f"the picture's mode is {picture.mode}, whose range is not known: make it 'L' or 'RGB' first")
    if picture.mode not in _ORDER_OF_MODE:
        has_alpha = picture.mode in ("PA", "La", "RGBa") or "transparency" in picture.info
        picture = picture.convert("RGBA" if has_alpha else "RGB")
    pixels = ctypes.create_string_buffer(picture.tobytes(), picture.width * picture.height * len(picture.getbands()))
    address = ctypes.addressof(pixels)
    return Picture(address, picture.width, picture.height, _ORDER_OF_MODE[picture.mode], 0), pixels


def _of_array(array: Any) -> tuple[Picture, object]:
    """NumPy's array protocol: uint8 [H, W], or [H, W, C] of 1, 3 (RGB) or 4 (RGBA) channels."""
    if not hasattr(array, "__array_interface__") and hasattr(array, "__array__"):
        array = array.__array__()  # such as a tensor
    interface = getattr(array, "__array_interface__", None)
    if interface is None:
        raise UsageError(
            f"a picture is a {type(array).__name__}, expected a path, bytes, an array [H, W, 3] of uint8, or a Pillow picture"
        )
    shape = interface["shape"]
    if interface["typestr"] != "|u1" or len(shape) not in (2, 3):
        raise UsageError(
            f"the array is {list(shape)} of type '{interface['typestr']}', expected uint8 ('|u1') [H, W], [H, W, 3] or [H, W, 4]"
        )
    channels = shape[2] if len(shape) == 3 else 1
    if channels not in _ORDER_OF_CHANNELS:
        raise UsageError(f"the array is {list(shape)}, expected 1, 2, 3 or 4 channels as its last axis")
    if 0 in shape:
        raise UsageError(f"the array is {list(shape)}: it has no pixels")
    height, width = shape[:2]
    strides = interface.get("strides") or (width * channels, channels, 1)[: len(shape)]
    if strides[1] != channels or (len(shape) == 3 and strides[2] != 1) or abs(strides[0]) < width * channels:
        return _of_array(array.copy(order="C"))
    address = interface["data"][0]
    return Picture(address, width, height, _ORDER_OF_CHANNELS[channels], strides[0] if height > 1 else 0), array
