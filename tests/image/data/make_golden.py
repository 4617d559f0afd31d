"""Makes the golden pictures of tests/image with Pillow, torchvision and heif-enc: python3 make_golden.py, in this folder.

Made with Pillow 9.4 and torchvision 0.14. NAME.jpg or NAME.png is the input, NAME.golden.png what Pillow makes of it.
"""
import io
import os
import struct
import subprocess
import sys
import zlib

import numpy
from PIL import Image, ImageCms, ImageOps
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
    picture.info.pop("icc_profile", None)
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

# Everything below came later and stands last, so that the random numbers above stay as they were.
# A CMYK file whose Adobe segment says YCCK: the last byte of that segment is the transform.
cmyk = open("jpeg_cmyk.jpg", "rb").read()
at = cmyk.index(b"Adobe") + 11
open("jpeg_ycck.jpg", "wb").write(cmyk[:at] + b"\2" + cmyk[at + 1:])
golden("jpeg_ycck", Image.open("jpeg_ycck.jpg").convert("RGB"))

source.save("webp_lossy.webp", quality=80)
golden("webp_lossy", Image.open("webp_lossy.webp").convert("RGB"))
rgba.save("webp_rgba.webp", lossless=True)
golden("webp_rgba", over_white(Image.open("webp_rgba.webp")))
frames = [source.quantize(16), source.transpose(Image.ROTATE_180).quantize(16)]
frames[0].save("webp_animated.webp", lossless=True, save_all=True, append_images=frames[1:])
golden("webp_animated", over_white(Image.open("webp_animated.webp")))
source.transpose(Image.ROTATE_90).save("webp_turned.webp", lossless=True, exif=exif)
golden("webp_turned", source)

for name, options in {"gif_plain": dict(interlace=0), "gif_interlaced": dict(interlace=1),
                      "gif_transparent": dict(interlace=0, transparency=3),
                      "gif_animated": dict(interlace=0, save_all=True, append_images=frames[1:])}.items():
    frames[0].save(f"{name}.gif", **options)
    golden(name, over_white(Image.open(f"{name}.gif")))

for name, picture in {"bmp_rgb": source, "bmp_palette": palette, "bmp_bilevel": source.convert("1")}.items():
    picture.save(f"{name}.bmp")
    golden(name, picture.convert("RGB"))

for name, picture in {"tiff_rgb": source, "tiff_palette": palette, "tiff_gray": source.convert("L"),
                      "tiff_bilevel": source.convert("1")}.items():
    picture.save(f"{name}.tif", compression="tiff_lzw")
    golden(name, picture.convert("RGB"))
rgba.save("tiff_rgba.tif")
golden("tiff_rgba", over_white(rgba))
gray16 = deep[:, :, 0].astype(numpy.uint16)
Image.fromarray(gray16).save("tiff_gray16.tif")
golden("tiff_gray16", Image.fromarray(numpy.round(gray16 / 257.0).astype(numpy.uint8)).convert("RGB"))
for orientation, transpose in stored_as.items():
    stored = seen if transpose is None else seen.transpose(transpose)
    stored.save(f"orientation_{orientation}.tif", tiffinfo={274: orientation})


def profile_of(primaries, gamma):
    """A small ICC profile (version 2) of primaries that are given as XYZ under D50."""
    fixed = lambda numbers: b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)
    xyz = lambda numbers: b"XYZ \0\0\0\0" + fixed(numbers)
    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, round(gamma * 256), 0)
    desc = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"wide\0" + bytes(79)
    tags = {b"desc": desc, b"cprt": b"text\0\0\0\0none\0\0\0\0", b"wtpt": xyz((0.9642, 1.0, 0.8249)),
            b"rXYZ": xyz(primaries[0]), b"gXYZ": xyz(primaries[1]), b"bXYZ": xyz(primaries[2]),
            b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}
    return profile_file(tags, b"RGB ")


def profile_file(tags, space):
    fixed = lambda numbers: b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)
    table, body, at = b"", b"", 132 + 12 * len(tags)
    for tag, data in tags.items():
        data += bytes(-len(data) % 4)
        table += tag + struct.pack(">II", at + len(body), len(data))
        body += data
    size = at + len(body)
    header = struct.pack(">I4sI4s4s4s", size, bytes(4), 0x02400000, b"mntr", space, b"XYZ ")
    header += struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + fixed((0.9642, 1.0, 0.8249))
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


# The primaries of Adobe RGB (1998).
wide = profile_of(((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)), 563 / 256)
srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
# The date and its checksum would differ from one time to the next.
srgb_bytes = srgb.tobytes()
srgb_bytes = srgb_bytes[:24] + wide[24:36] + srgb_bytes[36:84] + bytes(16) + srgb_bytes[100:]


def to_srgb(name):
    picture = Image.open(name).convert("RGB")
    return ImageCms.profileToProfile(picture, io.BytesIO(wide), srgb, renderingIntent=0)


for name, options in {"wide_jpeg.jpg": dict(quality=90), "wide_png.png": {}, "wide_webp.webp": dict(lossless=True),
                      "wide_tiff.tif": dict(compression="tiff_lzw")}.items():
    source.save(name, icc_profile=wide, **options)
    golden(name.split(".")[0], to_srgb(name))
source.save("srgb_jpeg.jpg", quality=90, icc_profile=srgb_bytes)
golden("srgb_jpeg", Image.open("srgb_jpeg.jpg"))

# Made by libheif 1.15; Pillow does not read them, so that the source is what they are compared with.
Image.fromarray(scene(64, 48)).save("heif_source.png", optimize=True)
for name, options in {"heif.heic": [], "avif.avif": ["-A"]}.items():
    subprocess.run(["heif-enc", "-q", "90", *options, "heif_source.png", "-o", name], check=True)


def write_heif_with_alpha():
    """Colours as they are, and multiplied by alpha; both show heif_alpha.golden.png."""
    opaque = numpy.asarray(Image.open("heif_source.png").convert("RGB")).astype(int)
    alpha = numpy.broadcast_to(numpy.minimum(255, numpy.arange(64) * 6)[None, :, None], (48, 64, 1))
    golden("heif_alpha", Image.fromarray(((opaque * alpha + 255 * (255 - alpha) + 127) // 255).astype(numpy.uint8)))
    for kind, colors, options in (("alpha", opaque, []), ("premultiplied", (opaque * alpha + 127) // 255, ["--premultiplied-alpha"])):
        Image.fromarray(numpy.concatenate([colors, alpha], axis=2).astype(numpy.uint8)).save("with_alpha.png")
        for name, format in ((f"heif_{kind}.heic", []), (f"avif_{kind}.avif", ["-A"])):
            subprocess.run(["heif-enc", "-q", "90", "-p", "chroma=444", *options, *format, "with_alpha.png", "-o", name], check=True)
    os.remove("with_alpha.png")


write_heif_with_alpha()



def gray_profile_of(gamma):
    """The same for one channel."""
    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, round(gamma * 256), 0)
    tags = {b"desc": b"desc\0\0\0\0" + struct.pack(">I", 5) + b"gray\0" + bytes(79), b"kTRC": curve,
            b"cprt": b"text\0\0\0\0none\0\0\0\0", b"wtpt": wide[wide.index(b"XYZ \0\0\0\0"):][:20]}
    return profile_file(tags, b"GRAY")


gray_profile = gray_profile_of(1.8)
gray = source.convert("L")
for name, picture, options in [("profile_gray_jpeg.jpg", gray, dict(quality=90)), ("profile_gray_png.png", gray, {}),
                               ("profile_gray_tiff.tif", gray, dict(compression="tiff_lzw"))]:
    picture.save(name, icc_profile=gray_profile, **options)
    golden(name.split(".")[0], ImageCms.profileToProfile(Image.open(name), io.BytesIO(gray_profile), srgb,
                                                         renderingIntent=0, outputMode="RGB"))

golden("resize_part_12x9", source.resize((12, 9), Image.BILINEAR, box=(0.5, 1.25, 28.25, 21.5)))


def rows_of(picture):
    """What picture_writers takes."""
    data = [pixel if isinstance(pixel, tuple) else (pixel,) for pixel in picture.getdata()]
    return [data[y * picture.width:(y + 1) * picture.width] for y in range(picture.height)]


def with_alpha(picture):
    made = picture.convert("RGBA")
    made.putalpha(Image.fromarray((numpy.indices((picture.height, picture.width))[1] * 8 + 7).astype(numpy.uint8)))
    return made


def write_kinds_that_pillow_does_not():
    """Kinds whose meaning other programs have got wrong; each must show `source`, gray or with alpha over white."""
    sys.path.insert(0, "..")
    import picture_writers as write
    translucent, gray_alpha = with_alpha(source), with_alpha(gray)
    rows, gray_rows = rows_of(source), rows_of(gray)
    rgba, la = rows_of(translucent), [[(r, a) for r, _, _, a in row] for row in rows_of(gray_alpha)]
    infrared = [[(*pixel, 255 - pixel[0]) for pixel in row] for row in rows]
    numbers = [[r << 16 | g << 8 | b for r, g, b in row] for row in rows]
    indexed = source.quantize(16)
    palette = [tuple(indexed.getpalette()[3 * i:3 * i + 3]) for i in range(16)]
    indices = [[i for (i,) in row] for row in rows_of(indexed)]
    inks = io.BytesIO()
    source.convert("CMYK").save(inks, format="JPEG", quality=95)
    adobe = inks.getvalue().index(b"\xFF\xEE")
    gray_golden, alpha_golden = gray.convert("RGB"), over_white(translucent)
    masks = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    pam = f"P7\nWIDTH {source.width}\nHEIGHT {source.height}\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n".encode()
    text = "P3\n# text\n31 23\n255\n" + "\n".join(" ".join(str(s) for pixel in row for s in pixel) for row in rows)
    for name, data, expected in [
            ("tiff_infrared.tif", write.tiff(infrared, 8, 2, extra=(0,)), source),
            ("tiff_gray_alpha.tif", write.tiff(la, 8, 1, extra=(2,)), over_white(gray_alpha)),
            ("tiff_gray_alpha16.tif", write.tiff([[(g * 257, a * 257) for g, a in row] for row in la], 16, 1, order=">", extra=(2,)),
             over_white(gray_alpha)),
            ("tiff_associated.tif", write.tiff([[tuple(s * p[3] // 255 for s in p[:3]) + (p[3],) for p in row] for row in rgba],
                                               8, 2, extra=(1,)), alpha_golden),
            ("tiff_float.tif", write.tiff([[tuple(s / 255 for s in p) for p in row] for row in rows], 32, 2, "float", planar=True,
                                          compression=8), source),
            ("tiff_tiles.tif", write.tiff(rows, 8, 2, tile=16, big=True, compression=8), source),
            ("tiff_12_bits.tif", write.tiff([[(round(g * 4095 / 255),) for (g,) in row] for row in gray_rows], 12, 1), gray_golden),
            ("bmp_top_down.bmp", write.bmp(numbers, 24, top_down=True), source),
            ("bmp_alpha.bmp", write.bmp([[n | p[3] << 24 for n, p in zip(line, row)] for line, row in zip(numbers, rgba)], 32, 124,
                                        masks=masks), alpha_golden),
            ("bmp_rle8.bmp", write.bmp(indices, 8, palette=palette, compression=1, encoded=write.rle8(indices)),
             indexed.convert("RGB")),
            ("bmp_rle4.bmp", write.bmp(indices, 4, palette=palette, compression=2, encoded=write.rle4(indices)),
             indexed.convert("RGB")),
            ("jpeg_cmyk_without_adobe.jpg", inks.getvalue()[:adobe] + inks.getvalue()[adobe + 16:],
             Image.open(inks).convert("RGB")),
            ("pam_alpha.pam", pam + bytes(s for row in rgba for pixel in row for s in pixel), alpha_golden),
            ("pnm_text.ppm", text.encode(), source),
            ("pnm_bits.pbm", b"P4 31 23\n" + b"".join(write.pack_bits([g < 128 for (g,) in row], 1) for row in gray_rows),
             gray.point(lambda g: 255 * (g >= 128)).convert("RGB")),
            ("tga_runs.tga", write.tga(indices, 8, 1, runs=True, palette=[r << 16 | g << 8 | b for r, g, b in palette]),
             indexed.convert("RGB")),
            ("tga_alpha.tga", write.tga([[n | p[3] << 24 for n, p in zip(line, row)] for line, row in zip(numbers, rgba)], 32, 2, 8,
                                        top_down=True, footer=True), alpha_golden)]:
        with open(name, "wb") as file:
            file.write(data)
        golden(name.split(".")[0], expected)
    source.save("jpeg2000.jp2")
    source.save("jpeg2000_lossy.j2k", quality_layers=[8], irreversible=True)
    golden("jpeg2000", source)
    golden("jpeg2000_lossy", Image.open("jpeg2000_lossy.j2k").convert("RGB"))


write_kinds_that_pillow_does_not()
