"""Makes the golden pictures of tests/image with Pillow and torchvision: python3 make_golden.py, in this folder.

Made with Pillow 9.4 and torchvision 0.14. NAME.jpg or NAME.png is the input, NAME.golden.png what Pillow makes of it.
"""
import struct
import zlib

import numpy
from PIL import Image, ImageOps
from torchvision.transforms import CenterCrop, Compose, InterpolationMode, Resize

random = numpy.random.RandomState(7)


def scene(width, height):
    """Something smooth, an edge and some noise."""
    y, x = numpy.mgrid[0:height, 0:width].astype(float)
    red = 255 * x / width
    green = 127 + 120 * numpy.sin(y / 3.0 + x / 5.0)
    blue = numpy.where((x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 3) ** 2, 250, 10)
    picture = numpy.stack([red, green, blue], axis=2) + random.uniform(-12, 12, (height, width, 3))
    return numpy.clip(picture, 0, 255).astype(numpy.uint8)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write_png(path, pixels, interlaced=False):
    """RGB with the depth of the array, which Pillow cannot write at 16 bits or interlaced."""
    height, width = pixels.shape[:2]
    depth = pixels.dtype.itemsize * 8
    adam7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    raw = b""
    for x, y, step_x, step_y in adam7 if interlaced else [(0, 0, 1, 1)]:
        for row in pixels[y::step_y, x::step_x]:
            if row.size:
                raw += b"\0" + row.astype(row.dtype.newbyteorder(">")).tobytes()
    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 1 if interlaced else 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


def over_white(picture):
    white = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, picture.convert("RGBA")).convert("RGB")


def golden(name, picture):
    picture.save(f"{name}.golden.png", optimize=True)


source = Image.fromarray(scene(31, 23))
source.save("source.png", optimize=True)

kernels = {"box": Image.BOX, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "lanczos": Image.LANCZOS}
for name, kernel in kernels.items():
    for width, height in [(12, 9), (50, 40), (45, 7), (31, 11), (3, 23)]:
        golden(f"resize_{name}_{width}x{height}", source.resize((width, height), kernel))
crop = Compose([Resize(17, InterpolationMode.BICUBIC), CenterCrop((14, 12))])
golden("crop_17_12x14", crop(source))

for name, options in {"jpeg_444": dict(subsampling=0), "jpeg_420": dict(subsampling=2), "jpeg_422": dict(subsampling=1),
                      "jpeg_progressive": dict(progressive=True, subsampling=2)}.items():
    source.save(f"{name}.jpg", quality=85, **options)
    golden(name, Image.open(f"{name}.jpg"))
source.convert("L").save("jpeg_gray.jpg", quality=85)
golden("jpeg_gray", Image.open("jpeg_gray.jpg").convert("RGB"))
Image.fromarray(numpy.dstack([scene(31, 23), scene(31, 23)[:, :, :1]]), "CMYK").save("jpeg_cmyk.jpg", quality=90)
golden("jpeg_cmyk", Image.open("jpeg_cmyk.jpg").convert("RGB"))

source.convert("L").save("png_gray.png")
golden("png_gray", source.convert("L").convert("RGB"))
source.convert("1").save("png_bilevel.png")
golden("png_bilevel", source.convert("1").convert("RGB"))
palette = source.quantize(16)
palette.save("png_palette.png")
golden("png_palette", palette.convert("RGB"))
palette.save("png_palette_transparent.png", transparency=3)
golden("png_palette_transparent", over_white(Image.open("png_palette_transparent.png")))
rgba = Image.fromarray(numpy.dstack([scene(31, 23), scene(31, 23)[:, :, 0]]), "RGBA")
rgba.save("png_rgba.png")
golden("png_rgba", over_white(rgba))
rgba.convert("LA").save("png_gray_alpha.png")
golden("png_gray_alpha", over_white(rgba.convert("LA")))
write_png("png_interlaced.png", numpy.asarray(source), interlaced=True)
golden("png_interlaced", Image.open("png_interlaced.png"))
deep = (scene(31, 23).astype(numpy.uint32) * 257 + random.randint(-100, 100, (23, 31, 3))).clip(0, 65535)
write_png("png_rgb16.png", deep.astype(numpy.uint16))
golden("png_rgb16", Image.fromarray(numpy.round(deep / 257.0).astype(numpy.uint8)))

# Stored so that, once turned, each shows the same picture.
seen = Image.fromarray(scene(7, 5))
golden("orientation", seen)
stored_as = {1: None, 2: Image.FLIP_LEFT_RIGHT, 3: Image.ROTATE_180, 4: Image.FLIP_TOP_BOTTOM, 5: Image.TRANSPOSE,
             6: Image.ROTATE_90, 7: Image.TRANSVERSE, 8: Image.ROTATE_270}
for orientation, transpose in stored_as.items():
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = seen if transpose is None else seen.transpose(transpose)
    stored.save(f"orientation_{orientation}.png", exif=exif)
    assert ImageOps.exif_transpose(Image.open(f"orientation_{orientation}.png")).tobytes() == seen.tobytes()
exif = Image.Exif()
exif[0x0112] = 6
source.save("jpeg_turned.jpg", quality=85, exif=exif)
golden("jpeg_turned", ImageOps.exif_transpose(Image.open("jpeg_turned.jpg")))
