"""Compares margay's decoders with second ones over the variants of every format: with Pillow, with ImageMagick, and with the
samples that a file was written from. Usage: reference_test.py DECODE_PICTURES [KEEP_FOLDER]. Needs python3-pil; what needs
ImageMagick is left out, and said, without it.

Where they differ on purpose (docs/formats.md says why):
- Transparent parts are laid over white; Pillow and ImageMagick keep alpha. Here white is put behind theirs.
- Embedded colour profiles are applied, gamma chunks of PNG are not. Pillow applies neither, so profiles are tested with
  ImageCms.
- A sample of TIFF is opacity where the file says so. Pillow takes every fourth for it. In JPEG 2000 it is, as in Pillow, the
  second or fourth where the file says nothing of any.
- Real numbers and more than 16 bits have no range in TIFF: margay takes the least of 1, 255, 65535 and all bits that none of
  them exceeds twice, with a note. Signed ones below zero are refused, and so is what would be nearly black.
"""
import io
import os
import shutil
import subprocess
import sys
import tempfile

from reference_cases import (ALPHA, CONVERT, EXTRA, GRAY, HEIGHT, RGB, WIDTH, Cases, as_jpeg2000, joined, mapped, on_mode, on_white,
                             over_white, picture, scaled)  # ends the program where there is no Pillow
from PIL import Image, ImageChops, ImageCms

import picture_writers as write
import reference_storage
import reference_variants


def tiff_cases(cases):
    rgb, gray = picture(RGB), picture(GRAY)
    for order in "<>":
        for big in (False, True):
            for planar in (False, True):
                for layout in ({}, {"rows_per_strip": 5}, {"tile": 16}):
                    for bits in (8, 16):
                        for compression in (1, 8, 32773):
                            name = (f"tiff-rgb{bits}-{'le' if order == '<' else 'be'}{'-big' if big else ''}"
                                    f"{'-planar' if planar else ''}{''.join('-' + k[:4] for k in layout)}-{compression}.tif")
                            rows = RGB if bits == 8 else mapped(RGB, lambda s: s * 257)
                            cases.add(name, write.tiff(rows, bits, 2, order=order, big=big, planar=planar,
                                                       compression=compression, **layout), rgb)
    for bits in (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 15, 16):
        for planar in (False, True):
            rows, most = mapped(RGB, lambda s: scaled(s, bits)), 2 ** bits - 1
            cases.add(f"tiff-rgb-{bits}-bits{'-planar' if planar else ''}.tif", write.tiff(rows, bits, 2, planar=planar),
                      picture(mapped(rows, lambda s: (s * 255 + most // 2) // most)), 1)
        rows = mapped(GRAY, lambda s: scaled(s, bits))
        shown = mapped(rows, lambda s: (s * 255 + most // 2) // most)
        for order in "<>":
            cases.add(f"tiff-gray-{bits}-bits-{'le' if order == '<' else 'be'}.tif",
                      write.tiff(rows, bits, 1, order=order), picture(shown), 1)
        cases.add(f"tiff-white-is-zero-{bits}-bits.tif", write.tiff(rows, bits, 0),
                  picture(mapped(shown, lambda s: 255 - s)), 1)
        cases.add(f"tiff-gray-{bits}-bits-tiles.tif", write.tiff(rows, bits, 1, tile=16), picture(shown), 1)
    for order in "<>":
        end = "le" if order == "<" else "be"
        for bits in (24, 32, 64):
            full = 2 ** bits - 1
            for rows, shown, kind in ((RGB, rgb, "rgb"), (GRAY, gray, "gray")):
                photometric = 2 if kind == "rgb" else 1
                for most in (255, 65535, full):
                    cases.add(f"tiff-{kind}-uint{bits}-to-{most}-{end}.tif",
                              write.tiff(mapped(rows, lambda s: s * full // 255 if most == full else s * (most // 255)),
                                         bits, photometric, order=order), shown, 0, f"were taken as 0 to {most // 10}")
        for bits in (16, 32, 64):
            for rows, shown, kind in ((RGB, rgb, "rgb"), (GRAY, gray, "gray")):
                photometric = 2 if kind == "rgb" else 1
                for most in (1, 255, 60000):
                    if most == 60000 and bits == 16:
                        continue
                    factor = {1: 1 / 255, 255: 1, 60000: 257}[most]
                    cases.add(f"tiff-{kind}-float{bits}-to-{most}-{end}.tif",
                              write.tiff(mapped(rows, lambda s: s * factor), bits, photometric, "float", order), shown, 1,
                              f"were taken as 0 to {65535 if most == 60000 else most}")
        for bits in (8, 16, 32, 64):
            most = 127 if bits == 8 else 255
            rows = mapped(RGB, lambda s: s * most // 255)
            cases.add(f"tiff-rgb-int{bits}-{end}.tif", write.tiff(rows, bits, 2, "int", order),
                      picture(mapped(rows, lambda s: s * 255 // most)), 1, "" if bits == 8 else "were taken as 0 to 255")
            cases.refuse(f"tiff-int{bits}-negative-{end}.tif",
                         write.tiff(mapped(GRAY, lambda s: s // 2 - 60), bits, 1, "int", order), "signed samples go from")
    cases.add("tiff-float-with-undershoot.tif", write.tiff(mapped(GRAY, lambda s: s / 255 - (0.01 if s == 0 else 0)), 32, 1, "float"),
              gray, 1, "were taken as 0 to 1")
    tiff_range_cases(cases)
    cases.refuse("tiff-float-normalized.tif", write.tiff(mapped(GRAY, lambda s: s / 64 - 2), 32, 1, "float"),
                 "floating-point samples go from")
    cases.refuse("tiff-float-too-large.tif", write.tiff(mapped(GRAY, lambda s: s * 1e6), 32, 1, "float"), "floating-point samples")
    cases.refuse("tiff-complex.tif", write.tiff(GRAY, 8, 1, more_tags=()).replace(b"\x53\x01\x03\x00\x01\x00\x00\x00\x01\x00",
                                                                                b"\x53\x01\x03\x00\x01\x00\x00\x00\x06\x00"),
                 "complex")
    tiff_band_cases(cases)
    tiff_color_cases(cases)
    for orientation in range(1, 9):
        turned = rgb
        for step in {2: [Image.FLIP_LEFT_RIGHT], 3: [Image.ROTATE_180], 4: [Image.FLIP_TOP_BOTTOM], 5: [Image.TRANSPOSE],
                     6: [Image.ROTATE_270], 7: [Image.TRANSVERSE], 8: [Image.ROTATE_90]}.get(orientation, []):
            turned = turned.transpose(step)
        cases.add(f"tiff-orientation-{orientation}.tif", write.tiff(RGB, 8, 2, orientation=orientation), turned)
    cases.add("tiff-two-pages.tif", write.tiff(RGB, 8, 2, following=True), rgb)
    cases.add("tiff-no-photometric-rgb.tif", write.tiff(RGB, 8, None), rgb)
    cases.add("tiff-no-photometric-gray.tif", write.tiff(GRAY, 8, None), gray)


def tiff_range_cases(cases):
    """A few numbers above white do not change what white is, and what fits no range is refused."""
    def spotted(rows, spot):
        return [[(spot,) if (x, y) == (3, 3) else pixel for x, pixel in enumerate(row)] for y, row in enumerate(rows)]
    shown = picture(spotted(GRAY, 255))
    for number, factor, white, spots in (("float", 1 / 255, 1, (1.01, 2)), ("float", 1, 255, (255.4, 256, 510)), ("float", 257, 65535, (70000,)),
                                         ("uint", 1, 255, (256, 510)), ("uint", 257, 65535, (65536, 70000, 131070))):
        for spot in spots:
            cases.add(f"tiff-{number}32-{white}-with-{spot}.tif", write.tiff(spotted(mapped(GRAY, lambda s: s * factor), spot), 32, 1, number),
                      shown, 1, f"to {spot:g}, were taken as 0 to {white}" if spot < 1e5 else "were taken as 0 to")
    for number, factor, spot in (("float", 1 / 255, 2.01), ("float", 1, 511), ("uint", 1, 511), ("uint", 16, 4095), ("uint", 257, 1000000)):
        cases.refuse(f"tiff-{number}32-in-doubt-{spot}.tif", write.tiff(spotted(mapped(GRAY, lambda s: s * factor), spot), 32, 1, number),
                     "nearly black for")
    # Opacity may have another range than the colours.
    cases.add("tiff-float-opacity-to-1.tif", write.tiff([[(g, a / 255) for (g,), a in zip(row, alphas)] for row, alphas in zip(GRAY, ALPHA)],
                                                        32, 1, "float", extra=(2,)), over_white(GRAY), 1, "were taken as 0 to 255")


def tiff_band_cases(cases):
    """Only samples that are marked as alpha are alpha, and what is multiplied by it already is not multiplied again."""
    rgb, gray = picture(RGB), picture(GRAY)
    for planar in (False, True):
        for bits, factor, number in ((8, 1, "uint"), (16, 257, "uint"), (32, 2 ** 32 // 255, "uint"), (32, 1 / 255, "float")):
            kind = f"{number}{bits}{'-planar' if planar else ''}"

            guess = "were taken as 0 to" if bits == 32 else ""

            def put(name, rows, photometric, extra, shown, tolerance=1, note=guess):
                cases.add(f"tiff-{name}-{kind}.tif",
                          write.tiff(mapped(rows, lambda s: s * factor), bits, photometric, number, extra=extra, planar=planar),
                          shown, tolerance, note)
            alpha = [[(a,) for a in row] for row in ALPHA]
            for colors, photometric, shown, word in ((RGB, 2, rgb, "rgb"), (GRAY, 1, gray, "gray")):
                multiplied = [[tuple(s * a // 255 for s in pixel) for pixel, a in zip(row, alphas)]
                              for row, alphas in zip(colors, ALPHA)]
                put(f"{word}-alpha", joined(colors, alpha), photometric, (2,), over_white(colors))
                put(f"{word}-associated", joined(multiplied, alpha), photometric, (1,), over_white(colors), 2)
                put(f"{word}-unspecified", joined(colors, EXTRA), photometric, (0,), shown)
                put(f"{word}-unmarked", joined(colors, EXTRA), photometric, (), shown)
                put(f"{word}-unspecified-alpha", joined(colors, EXTRA, alpha), photometric, (0, 2), over_white(colors))
                put(f"{word}-alpha-unspecified", joined(colors, alpha, EXTRA), photometric, (2, 0), over_white(colors))
                bands = guess if word == "rgb" else "bands and is marked as gray"
                put(f"{word}-3-more", joined(colors, EXTRA, EXTRA, EXTRA), photometric, (0, 0, 0), shown, 1, bands)
                put(f"{word}-9-more", joined(colors, *[EXTRA] * 9), photometric, (0,) * 9, shown, 1, bands)
    cases.add("tiff-white-is-zero-alpha.tif", write.tiff(joined(mapped(GRAY, lambda s: 255 - s), ALPHA), 8, 0, extra=(2,)),
              over_white(GRAY), 1)
    cases.add("tiff-gray-alpha-4-bits.tif",
              write.tiff(joined(mapped(GRAY, lambda s: s // 17), mapped(joined(ALPHA), lambda a: a // 17)), 4, 1, extra=(2,)),
              over_white(mapped(GRAY, lambda s: s // 17 * 17), [[a // 17 * 17 for a in row] for row in ALPHA]), 1)


def tiff_color_cases(cases):
    for bits in (1, 2, 4, 8, 16):
        entries = 2 ** bits
        palette = [[(i * 40507 + c * 9973) % 65536 for i in range(entries)] for c in range(3)]
        rows = [[((x * 5 + y * 11) * (1 if bits < 16 else 37) % entries,) for x in range(WIDTH)] for y in range(HEIGHT)]
        shown = picture([[tuple(palette[c][i] >> 8 for c in range(3)) for (i,) in row] for row in rows])
        cases.add(f"tiff-palette-{bits}-bits.tif", write.tiff(rows, bits, 3, palette=palette), shown)
        cases.add(f"tiff-palette-{bits}-bits-tiles.tif", write.tiff(rows, bits, 3, palette=palette, tile=16), shown)
    small = [[entry // 257 for entry in channel] for channel in palette]
    shown = picture([[tuple(small[c][i] for c in range(3)) for (i,) in row] for row in rows])
    cases.add("tiff-palette-of-8-bit-numbers.tif", write.tiff(rows, 16, 3, palette=small), shown)
    palette = [[(i * 40507 + c * 9973) % 65536 for i in range(256)] for c in range(3)]
    rows = [[((x * 5 + y * 11) % 256,) for x in range(WIDTH)] for y in range(HEIGHT)]
    colors = [[tuple(palette[c][i] >> 8 for c in range(3)) for (i,) in row] for row in rows]
    cases.add("tiff-palette-alpha.tif", write.tiff(joined(rows, ALPHA), 8, 3, palette=palette, extra=(2,)), over_white(colors), 1)

    inks = [[tuple(255 - s for s in pixel) + (EXTRA[y][x] // 3,) for x, pixel in enumerate(row)] for y, row in enumerate(RGB)]
    shown = picture([[tuple(round((255 - p[c]) * (255 - p[3]) / 255) for c in range(3)) for p in row] for row in inks])
    for bits, factor in ((8, 1), (16, 257)):
        for planar in (False, True):
            cases.add(f"tiff-cmyk{bits}{'-planar' if planar else ''}.tif",
                      write.tiff(mapped(inks, lambda s: s * factor), bits, 5, planar=planar), shown, 1)
    cases.add("tiff-cmyk-unspecified.tif", write.tiff(joined(inks, EXTRA), 8, 5, extra=(0,)), shown, 1)
    cases.refuse("tiff-other-inks.tif", write.tiff(inks, 8, 5, more_tags=[(332, "H", [2])]), "inks are not")
    cases.refuse("tiff-camera-raw.tif", write.tiff(GRAY, 8, 32803), "camera")

    lab = ImageCms.createProfile("LAB")
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), lab, "RGB", "LAB")
    # Pillow's LAB has a and b shifted by 128; TIFF's have a sign in the same bits.
    soft = picture(mapped(RGB, lambda s: 60 + s // 2))
    data = list(ImageCms.applyTransform(soft, to_lab).getdata())
    rows = [[data[y * WIDTH + x] for x in range(WIDTH)] for y in range(HEIGHT)]
    signed = [[(l, (a + 128) % 256, (b + 128) % 256) for l, a, b in row] for row in rows]
    cases.add("tiff-lab8.tif", write.tiff(signed, 8, 8), soft, 6)
    cases.add("tiff-icc-lab8.tif", write.tiff(rows, 8, 9), soft, 6)
    cases.add("tiff-lab16.tif", write.tiff([[(l * 257, (a - 128) % 256 * 256, (b - 128) % 256 * 256) for l, a, b in row] for row in rows],
                                           16, 8), soft, 6)
    cases.by_imagemagick("im-lab8.tif", ["-colorspace", "Lab", "-depth", "8"], soft, 12, soft)
    cases.by_imagemagick("im-lab16.tif", ["-colorspace", "Lab", "-depth", "16"], soft, 10, soft)


def tiff_compression_cases(cases):
    rgb = picture(RGB)
    for compression in ("raw", "packbits", "tiff_lzw", "tiff_deflate", "tiff_adobe_deflate", "zstd", "lzma"):
        for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"):
            image = Image.new("I;16", (WIDTH, HEIGHT)) if mode == "I;16" else on_mode(mode)
            if mode == "I;16":
                image.putdata([s[0] * 257 for row in GRAY for s in row])
            expected = picture(GRAY) if mode == "I;16" else on_white(image)
            cases.by_pillow(f"pillow-{compression}-{mode.replace(';', '')}.tif", expected, 1, image, format="TIFF",
                            compression=compression)
    for compression in ("group3", "group4", "tiff_ccitt"):
        cases.by_pillow(f"pillow-{compression}.tif", rgb.convert("1").convert("RGB"), 0, rgb.convert("1"), format="TIFF",
                        compression=compression)
    for mode in ("L", "RGB", "CMYK"):
        cases.by_pillow(f"pillow-jpeg-{mode}.tif", None, 2, on_mode(mode), format="TIFF", compression="jpeg")
        cases.by_pillow(f"pillow-webp-{mode}.tif", None, 1, on_mode(mode), format="TIFF", compression="webp")
    for mode in ("F", "I"):
        cases.by_pillow(f"pillow-{mode}.tif", picture(GRAY), 0, picture(GRAY).convert("L").convert(mode), "were taken as 0 to 255",
                        format="TIFF")
    for compression in ("None", "LZW", "Zip", "RLE", "JPEG", "LZMA", "ZSTD", "WebP"):
        for depth in ("8", "16"):
            cases.by_imagemagick(f"im-{compression}-{depth}.tif", ["-compress", compression, "-depth", depth],
                                 tolerance=2 if compression in ("JPEG", "WebP") else 1)
    for compression in ("Fax", "Group4"):
        bilevel = rgb.convert("1").convert("RGB")
        for photometric in ("min-is-white", "min-is-black"):
            cases.by_imagemagick(f"im-{compression}-{photometric}.tif",
                                 ["-compress", compression, "-define", f"quantum:polarity={photometric}"], bilevel, 0, bilevel)
    for words, name in ((["-define", "tiff:tile-geometry=16x16"], "tiles"), (["-endian", "MSB"], "msb"),
                        (["-interlace", "plane"], "planes"), (["-define", "tiff:fill-order=lsb"], "lsb-first"),
                        (["-define", "tiff:alpha=associated"], "associated"), (["-define", "tiff:alpha=unassociated"], "unassociated"),
                        (["-depth", "12"], "12"), (["-depth", "10"], "10"), (["-depth", "32"], "32"),
                        (["-depth", "32", "-define", "quantum:format=floating-point"], "float32"),
                        (["-depth", "16", "-define", "quantum:format=floating-point"], "float16"),
                        (["-depth", "64", "-define", "quantum:format=floating-point"], "float64"),
                        (["-type", "Palette"], "palette"), (["-colorspace", "Gray"], "gray"),
                        (["-colorspace", "Gray", "-depth", "16"], "gray16")):
        source = on_mode("RGBA") if "associated" in name else rgb
        cases.by_imagemagick(f"im-{name}.tif", words, None, 1 if "associated" not in name else 2, source,
                             note="were taken as 0 to" if name == "32" or "float" in name else "")
    cases.by_imagemagick("im-ycbcr.tif", ["-colorspace", "YCbCr"], rgb, 4, rgb)
    cases.by_imagemagick("im-cmyk.tif", ["-colorspace", "CMYK"], rgb, 2, rgb)


def bmp_cases(cases):
    rgb = picture(RGB)

    def put(name, shown, *arguments, tolerance=0, **options):
        cases.add(f"bmp-{name}.bmp", write.bmp(*arguments, **options), shown, tolerance)
    whole = [[r << 16 | g << 8 | b for r, g, b in row] for row in RGB]
    for top_down in (False, True):
        end = "-top-down" if top_down else ""
        for header in (40, 52, 56, 64, 108, 124):
            put(f"24{end}-{header}", rgb, whole, 24, header, top_down)
            junk = [[pixel | (x * 7 % 256) << 24 for x, pixel in enumerate(row)] for row in whole]
            put(f"32{end}-{header}", rgb, junk, 32, header, top_down)
        for bits in (1, 2, 4, 8):
            palette = [((i * 97 + 13) % 256, (i * 31 + 70) % 256, (i * 211) % 256) for i in range(2 ** bits)]
            rows = [[(x * 3 + y * 5) % len(palette) for x in range(WIDTH)] for y in range(HEIGHT)]
            shown = picture([[palette[i] for i in row] for row in rows])
            for header in (40, 64, 108, 124):
                put(f"palette-{bits}{end}-{header}", shown, rows, bits, header, top_down, palette=palette)
            put(f"palette-{bits}{end}-unsaid", shown, rows, bits, 40, top_down, palette=palette, colors_used=0)
            if not top_down:
                put(f"palette-{bits}-os2", shown, rows, bits, 12, palette=palette)
        few = [(10, 20, 30), (200, 100, 50), (0, 255, 128)]
        rows = [[(x + y) % 3 for x in range(WIDTH)] for y in range(HEIGHT)]
        put(f"palette-of-3{end}", picture([[few[i] for i in row] for row in rows]), rows, 8, 40, top_down, palette=few)
        for name, masks in (("555", (0x7C00, 0x3E0, 0x1F)), ("565", (0xF800, 0x7E0, 0x1F)), ("444", (0xF00, 0xF0, 0xF)),
                            ("bgr565", (0x1F, 0x7E0, 0xF800))):
            rows, shown = masked(masks)
            put(f"16-{name}{end}", shown, rows, 16, 40, top_down, masks, tolerance=1)
            put(f"16-{name}{end}-v4", shown, rows, 16, 108, top_down, masks, tolerance=1)
        rows, shown = masked((0x7C00, 0x3E0, 0x1F))
        put(f"16{end}", shown, rows, 16, 40, top_down, tolerance=1)
        for name, masks in (("rgb", (0xFF, 0xFF00, 0xFF0000)), ("10", (0x3FF00000, 0xFFC00, 0x3FF)),
                            ("high", (0xFF000000, 0xFF0000, 0xFF00))):
            rows, shown = masked(masks)
            put(f"32-{name}{end}", shown, rows, 32, 40, top_down, masks, tolerance=1)
            put(f"32-{name}{end}-v5", shown, rows, 32, 124, top_down, masks, tolerance=1)
        for header in (56, 108, 124):
            rows, shown = masked((0xFF0000, 0xFF00, 0xFF, 0xFF000000))
            put(f"32-alpha{end}-{header}", shown, rows, 32, header, top_down, (0xFF0000, 0xFF00, 0xFF, 0xFF000000), tolerance=1)
        rows, shown = masked((0xF00, 0xF0, 0xF, 0xF000))
        put(f"16-alpha{end}", shown, rows, 16, 124, top_down, (0xF00, 0xF0, 0xF, 0xF000), tolerance=1)
    put("24-os2", rgb, whole, 24, 12)
    put("32-alpha-behind", *reversed(masked((0xFF0000, 0xFF00, 0xFF, 0xFF000000))), 32, 40,
        masks=(0xFF0000, 0xFF00, 0xFF, 0xFF000000), compression=6, tolerance=1)
    put("32-alpha-of-nothing", rgb, whole, 32, 124, masks=(0xFF0000, 0xFF00, 0xFF, 0xFF000000))
    palette = [((i * 97 + 13) % 256, (i * 31 + 70) % 256, (i * 211) % 256) for i in range(256)]
    rows = [[(x // 5 * 3 + y * (5 if x > 20 else 0)) % 256 for x in range(WIDTH)] for y in range(HEIGHT)]
    shown = picture([[palette[i] for i in row] for row in rows])
    put("rle8", shown, rows, 8, palette=palette, compression=1, encoded=write.rle8(rows))
    put("rle8-64", shown, rows, 8, 64, palette=palette, compression=1, encoded=write.rle8(rows))
    rows = [[i % 16 for i in row] for row in rows]
    put("rle4", picture([[palette[i] for i in row] for row in rows]), rows, 4, palette=palette[:16], compression=2,
        encoded=write.rle4(rows))
    # Two pixels, a jump by 3 and 1, a run, the end: elsewhere the first colour.
    jump = [[0] * WIDTH for _ in range(HEIGHT)]
    jump[-1][:2], jump[-2][5:9] = [7, 7], [9] * 4
    put("rle8-jump", picture([[palette[i] for i in row] for row in jump]), jump, 8, palette=palette, compression=1,
        encoded=bytes([2, 7, 0, 2, 3, 1, 4, 9, 0, 1]))
    put("rle4-turns", picture([[palette[(3, 12)[x % 2] if y == HEIGHT - 1 else 0] for x in range(WIDTH)] for y in range(HEIGHT)]),
        jump, 4, palette=palette[:16], compression=2, encoded=bytes([WIDTH, 0x3C, 0, 1]))
    for mode in ("1", "L", "P", "RGB", "RGBA"):
        cases.by_pillow(f"pillow-{mode}.bmp", None, 0, on_mode(mode), format="BMP")
    for prefix in ("bmp:", "bmp2:", "bmp3:"):
        for name, words in (("rgb", []), ("palette", ["-type", "Palette"]), ("bilevel", ["-type", "Bilevel"]),
                            ("gray", ["-colorspace", "Gray"]), ("rle", ["-type", "Palette", "-compress", "RLE"]),
                            ("565", ["-define", "bmp:subtype=RGB565"]), ("555", ["-define", "bmp:subtype=RGB555"])):
            # ImageMagick 6 says that there are masks, and writes none.
            without_masks = prefix == "bmp3:" and "subtype" in " ".join(words)
            cases.by_imagemagick(f"im-{prefix[:-1]}-{name}.bmp", words, "masks follow" if without_masks else None, 1, prefix=prefix)
        cases.by_imagemagick(f"im-{prefix[:-1]}-alpha.bmp", [], None if prefix == "bmp:" else False, 1, on_mode("RGBA"), prefix)


def masked(masks):
    """The picture in pixels of these masks, and as it comes out of them."""
    def part(sample, mask):
        shift = (mask & -mask).bit_length() - 1
        most = mask >> shift
        return round(sample * most / 255) << shift, round(round(sample * most / 255) * 255 / most)
    rows, colors, alphas = [], [], []
    for y in range(HEIGHT):
        rows.append([]), colors.append([]), alphas.append([])
        for x in range(WIDTH):
            samples = RGB[y][x] + ((ALPHA[y][x],) if len(masks) == 4 else ())
            parts = [part(s, m) for s, m in zip(samples, masks)]
            rows[-1].append(sum(p[0] for p in parts))
            colors[-1].append(tuple(p[1] for p in parts[:3]))
            alphas[-1].append(parts[3][1] if len(masks) == 4 else 255)
    return rows, over_white(colors, alphas)


def png_cases(cases):
    for interlaced in (False, True):
        end = "-interlaced" if interlaced else ""
        for color_type, depths in ((0, (1, 2, 4, 8, 16)), (2, (8, 16)), (3, (1, 2, 4, 8)), (4, (8, 16)), (6, (8, 16))):
            for bits in depths:
                chunks = []
                if color_type == 3:
                    palette = [((i * 97 + 13) % 256, (i * 31 + 70) % 256, (i * 211) % 256) for i in range(2 ** bits)]
                    rows = [[((x * 3 + y * 5) % len(palette),) for x in range(WIDTH)] for y in range(HEIGHT)]
                    chunks = [(b"PLTE", bytes(sum(palette, ())))]
                else:
                    colors = RGB if color_type & 2 else GRAY
                    rows = mapped(joined(colors, ALPHA) if color_type & 4 else colors, lambda s: scaled(s, bits))
                name = f"png-type-{color_type}-{bits}-bits{end}"
                data = write.png(rows, bits, color_type, interlaced, chunks)
                if bits < 16:
                    cases.read_by_pillow(f"{name}.png", data, 1)
                else:
                    shown = over_white(colors) if color_type & 4 else picture(colors)
                    cases.add(f"{name}.png", data, shown, 1)
                transparent = {0: scaled(GRAY[3][4][0], bits).to_bytes(2, "big"),
                               2: b"".join(scaled(s, bits).to_bytes(2, "big") for s in RGB[3][4]),
                               3: bytes([0, 128])}.get(color_type)
                # Pillow 9 looks for the transparent gray of 2 and 4 bits among values that it has scaled.
                if transparent and color_type == 0 and bits < 16:
                    key = tuple(rows[3][4])
                    shown = picture([[(255,) if p == key else (p[0] * 255 // (2 ** bits - 1),) for p in row] for row in rows])
                    cases.add(f"{name}-tRNS.png", write.png(rows, bits, color_type, interlaced, [(b"tRNS", transparent)]), shown)
                elif transparent and bits < 16:
                    shown = Image.open(io.BytesIO(write.png(rows, bits, color_type, interlaced,
                                                            [*chunks, (b"tRNS", transparent)])))
                    cases.add(f"{name}-tRNS.png", write.png(rows, bits, color_type, interlaced, [*chunks, (b"tRNS", transparent)]),
                              on_white(shown), 1)
                if transparent and bits == 16:
                    key = tuple(rows[3][4])
                    shown = picture([[(255,) * len(c) if tuple(p) == key else c for c, p in zip(line, row)]
                                     for line, row in zip(colors, rows)])
                    cases.add(f"{name}-tRNS.png", write.png(rows, bits, color_type, interlaced, [(b"tRNS", transparent)]), shown, 1)
    cases.add("png-gamma.png", write.png(RGB, 8, 2, chunks=[(b"gAMA", (100000).to_bytes(4, "big"))]), picture(RGB))
    cases.add("png-significant-bits.png", write.png(RGB, 8, 2, chunks=[(b"sBIT", b"\5\6\5")]), picture(RGB))
    cases.add("png-background.png", write.png(joined(RGB, ALPHA), 8, 6, chunks=[(b"bKGD", b"\0\0\0\xFF\0\0")]), over_white(RGB), 1)


def jpeg_cases(cases):
    rgb = picture(RGB)
    for quality in (30, 75, 95):
        for subsampling in (0, 1, 2):
            for progressive in (False, True):
                cases.by_pillow(f"jpeg-{quality}-{subsampling}-{progressive}.jpg", None, 0, rgb, format="JPEG", quality=quality,
                                subsampling=subsampling, progressive=progressive)
    for mode in ("L", "CMYK"):
        for progressive in (False, True):
            cases.by_pillow(f"jpeg-{mode}-{progressive}.jpg", None, 1, on_mode(mode), format="JPEG", progressive=progressive)
    data = io.BytesIO()
    on_mode("CMYK").save(data, format="JPEG", quality=95)
    whole = data.getvalue()
    at = whole.index(b"\xFF\xEE")
    adobe = whole[at:at + 16]
    cases.read_by_pillow("jpeg-cmyk-without-adobe.jpg", whole[:at] + whole[at + 16:], 1)
    cases.read_by_pillow("jpeg-ycck.jpg", whole[:at + 15] + b"\2" + whole[at + 16:], 1)
    data = io.BytesIO()
    rgb.save(data, format="JPEG", quality=95, subsampling=0)
    whole = data.getvalue()
    jfif = whole.index(b"\xFF\xE0")
    length = int.from_bytes(whole[jfif + 2:jfif + 4], "big") + 2
    plain = whole[:jfif] + whole[jfif + length:]
    cases.read_by_pillow("jpeg-rgb-by-adobe.jpg", plain[:2] + adobe[:15] + b"\0" + plain[2:])
    cases.read_by_pillow("jpeg-ycc-by-adobe.jpg", plain[:2] + adobe[:15] + b"\1" + plain[2:])
    cases.read_by_pillow("jpeg-without-jfif.jpg", plain)
    frame = plain.index(b"\xFF\xC0")
    scan = plain.index(b"\xFF\xDA")
    named = bytearray(plain)
    for i, letter in enumerate(b"RGB"):
        named[frame + 10 + 3 * i] = letter
        named[scan + 5 + 2 * i] = letter
    cases.read_by_pillow("jpeg-rgb-by-names.jpg", bytes(named))
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        data = io.BytesIO()
        rgb.save(data, format="JPEG", quality=95, exif=exif.tobytes())
        from PIL import ImageOps
        cases.add(f"jpeg-orientation-{orientation}.jpg", data.getvalue(),
                  ImageOps.exif_transpose(Image.open(io.BytesIO(data.getvalue()))).convert("RGB"))
    for name, words in (("4x1", ["-sampling-factor", "4x1"]), ("4x2", ["-sampling-factor", "4x2"]), ("2x2", ["-sampling-factor", "2x2"]),
                        ("1x2", ["-sampling-factor", "1x2"]), ("1x1", ["-sampling-factor", "1x1"])):
        if CONVERT:
            cases.by_imagemagick(f"im-{name}.jpg", words, tolerance=2)
            path = os.path.join(cases.folder, f"im-{name}.jpg")
            cases.read_by_pillow(f"im-{name}.jpg", open(path, "rb").read())
    jpegtran = shutil.which("jpegtran")
    for name, words in (("arithmetic", ["-arithmetic"]), ("restart", ["-restart", "1"]), ("restart-blocks", ["-restart", "2B"]),
                        ("arithmetic-progressive", ["-arithmetic", "-progressive"])):
        if jpegtran is None:
            cases.left_out.append(f"jpeg-{name}: needs jpegtran")
            continue
        made = subprocess.run([jpegtran, *words], input=whole, capture_output=True, check=True).stdout
        cases.add(f"jpeg-{name}.jpg", made, Image.open(io.BytesIO(whole)).convert("RGB"))


def gif_cases(cases):
    rgb = picture(RGB)
    for interlace in (0, 1):
        for colors in (2, 4, 16, 200):
            image = rgb.quantize(colors)
            cases.by_pillow(f"gif-{colors}-{interlace}.gif", None, 0, image, format="GIF", interlace=interlace)
            cases.by_pillow(f"gif-{colors}-{interlace}-transparent.gif", None, 0, image, format="GIF", interlace=interlace,
                            transparency=1)
    cases.by_pillow("gif-animated.gif", rgb.quantize(200).convert("RGB"), 0, rgb.quantize(200), format="GIF", save_all=True,
                    append_images=[on_mode("L").quantize(50)])
    cases.by_imagemagick("im-offset.gif", ["-page", "60x50+9+7"], None, 0, rgb.quantize(100).convert("RGB"))
    # The frame lies inside a larger screen, which shows white around it.
    if "im-offset.gif" in cases.expected:
        screen = Image.new("RGB", (60, 50), (255, 255, 255))
        screen.paste(Image.open(os.path.join(cases.folder, "im-offset.gif")).convert("RGB").crop((9, 7, 9 + WIDTH, 7 + HEIGHT)), (9, 7))
        cases.expected["im-offset.gif"] = (screen, 0, "")


def webp_cases(cases):
    for mode in ("L", "RGB", "RGBA"):
        for lossless in (False, True):
            cases.by_pillow(f"webp-{mode}-{lossless}.webp", None, 1, on_mode(mode), format="WEBP", lossless=lossless, quality=80)
    cases.by_pillow("webp-animated.webp", on_white(on_mode("RGBA")), 1, on_mode("RGBA"), format="WEBP", save_all=True,
                    lossless=True, append_images=[on_mode("RGB").convert("RGBA")], exact=True)


def jpeg2000_cases(cases):
    if not cases.writes_jpeg2000:
        cases.left_out.append("JPEG 2000: this Pillow cannot write it")
        return
    for end in ("jp2", "j2k"):
        for mode in ("L", "RGB"):
            for irreversible in (False, True):
                cases.by_pillow(f"jpeg2000-{mode}-{irreversible}.{end}", None, 1, on_mode(mode), format="JPEG2000",
                                no_jp2=end == "j2k", irreversible=irreversible)
            cases.by_pillow(f"jpeg2000-{mode}-tiles.{end}", None, 0, on_mode(mode), format="JPEG2000", no_jp2=end == "j2k",
                            tile_size=(16, 16))
            cases.by_pillow(f"jpeg2000-{mode}-lossy.{end}", None, 1, on_mode(mode), format="JPEG2000", no_jp2=end == "j2k",
                            quality_mode="rates", quality_layers=[4], irreversible=True)
        gray16 = Image.new("I;16", (WIDTH, HEIGHT))
        gray16.putdata([s[0] * 257 for row in GRAY for s in row])
        for mode in ("LA", "RGBA"):
            cases.add(f"jpeg2000-{mode}.{end}", write.without_component_roles(as_jpeg2000(mode, no_jp2=end == "j2k")),
                      on_white(on_mode(mode)), 1, "taken as opacity")
        cases.by_pillow(f"jpeg2000-gray16.{end}", picture(GRAY), 0, gray16, format="JPEG2000", no_jp2=end == "j2k")
    for name, words in (("rgb16.jp2", ["-depth", "16"]), ("gray.jp2", ["-colorspace", "Gray"]), ("rgb.j2k", [])):
        cases.by_imagemagick(f"im-{name}", ["-quality", "100", *words], None, 2)
    cases.by_imagemagick("im-alpha.jp2", ["-quality", "100"], None, 3, on_mode("RGBA"))
    # What the file says of its components.
    data = write.without_component_roles(as_jpeg2000("RGBA"))
    opaque = on_mode("RGBA").convert("RGB")
    for name, role, of, shown in (("alpha", 1, 0, on_white(on_mode("RGBA"))), ("nothing", 65535, 65535, opaque)):
        cases.add(f"jpeg2000-marked-{name}.jp2",
                  write.with_component_roles(data, [(0, 0, 1), (1, 0, 2), (2, 0, 3), (3, role, of)]), shown, 1)
    for space in (12, 17):
        cases.add(f"jpeg2000-color-space-{space}.jp2", write.with_color_space(data, space),
                  *((inks_as_light("RGBA"), 1) if space == 12 else (picture([[pixel[:1] for pixel in row] for row in RGB]), 1)))


def inks_as_light(mode):
    """The four samples of each pixel as cyan, magenta, yellow and black."""
    image = on_mode(mode)
    light = Image.new("RGB", image.size)
    light.putdata([tuple(round((255 - ink) * (255 - p[3]) / 255) for ink in p[:3]) for p in image.getdata()])
    return light


def pnm_cases(cases):
    for mode in ("1", "L", "RGB"):
        cases.by_pillow(f"pillow-{mode}.pnm", None, 0, on_mode(mode), format="PPM")
    size = f"{WIDTH} {HEIGHT}"

    def text(rows, words, most):
        body = "\n".join(" ".join(str(s) for pixel in row for s in pixel) for row in rows)
        return f"{words}\n# a comment\n{size} # another\n{most}\n{body}\n".encode()
    rgb, gray = picture(RGB), picture(GRAY)
    bits = [[(1 if s[0] < 128 else 0,) for s in row] for row in GRAY]
    black = picture(mapped(bits, lambda s: 255 - 255 * s))
    cases.add("p1.pbm", text(bits, "P1", ""), black)
    cases.add("p1-dense.pbm", (f"P1\n{size}\n" + "\n".join("".join(str(p[0]) for p in row) for row in bits)).encode(), black)
    cases.add("p2.pgm", text(GRAY, "P2", 255), gray)
    cases.add("p3.ppm", text(RGB, "P3", 255), rgb)
    cases.add("p3-15.ppm", text(mapped(RGB, lambda s: s // 17), "P3", 15), picture(mapped(RGB, lambda s: s // 17 * 17)))
    cases.add("p3-1000.ppm", text(mapped(RGB, lambda s: round(s * 1000 / 255)), "P3", 1000), rgb, 1)
    for rows, kind, shown in ((GRAY, "P5", gray), (RGB, "P6", rgb)):
        flat = [s for row in rows for pixel in row for s in pixel]
        cases.add(f"{kind}-16.pnm", f"{kind} {size} 65535\n".encode() + write.pack_samples([s * 257 for s in flat], 16, "uint", ">"), shown)
        cases.add(f"{kind}-1023.pnm", f"{kind} {size} 1023\n".encode() +
                  write.pack_samples([round(s * 1023 / 255) for s in flat], 16, "uint", ">"), shown, 1)
        cases.add(f"{kind}-100.pnm", f"{kind}\n#x\n{size}\n100\n".encode() + bytes(round(s * 100 / 255) for s in flat),
                  picture(mapped(mapped(rows, lambda s: round(s * 100 / 255)), lambda s: (s * 255 + 50) // 100)))
    cases.add("p4.pbm", f"P4\n{size}\n".encode() + b"".join(write.pack_bits([p[0] for p in row], 1) for row in bits), black)
    for depth, rows, kind, shown in ((1, GRAY, "GRAYSCALE", gray), (2, joined(GRAY, ALPHA), "GRAYSCALE_ALPHA", over_white(GRAY)),
                                     (3, RGB, "RGB", rgb), (4, joined(RGB, ALPHA), "RGB_ALPHA", over_white(RGB))):
        for most, factor, size_bits in ((255, 1, 8), (65535, 257, 16)):
            head = f"P7\n# c\nWIDTH {WIDTH}\nHEIGHT {HEIGHT}\nDEPTH {depth}\nMAXVAL {most}\nTUPLTYPE {kind}\nENDHDR\n"
            cases.add(f"pam-{depth}-{most}.pam", head.encode() +
                      write.pack_samples([s * factor for row in rows for p in row for s in p], size_bits, "uint", ">"), shown, 1)
    cases.refuse("pam-inks.pam", f"P7\nWIDTH {WIDTH}\nHEIGHT {HEIGHT}\nDEPTH 4\nMAXVAL 255\nTUPLTYPE CMYK\nENDHDR\n".encode() +
                 on_mode("CMYK").tobytes(), "its samples are inks")
    for end in ("pbm", "pgm", "ppm", "pam"):
        cases.by_imagemagick(f"im-binary.{end}", [], None, 0)
        if end != "pam":
            cases.by_imagemagick(f"im-text.{end}", ["-compress", "None"], None, 0)


def tga_cases(cases):
    rgb = picture(RGB)
    whole = [[r << 16 | g << 8 | b for r, g, b in row] for row in RGB]
    with_alpha = [[p | a << 24 for p, a in zip(row, alphas)] for row, alphas in zip(whole, ALPHA)]
    high = [[(r >> 3) << 10 | (g >> 3) << 5 | b >> 3 for r, g, b in row] for row in RGB]
    high_shown = picture(mapped(RGB, lambda s: ((s >> 3) * 255 + 15) // 31))
    for top_down in (False, True):
        for right_to_left in (False, True):
            for runs in (False, True):
                for footer in (False, True):
                    options = {"top_down": top_down, "right_to_left": right_to_left, "runs": runs, "footer": footer}
                    end = "".join("-" + k for k, on in options.items() if on)
                    cases.add(f"tga-24{end}.tga", write.tga(whole, 24, 2, **options), rgb)
                    cases.add(f"tga-32{end}.tga", write.tga(with_alpha, 32, 2, 8, **options), over_white(RGB), 1)
                    cases.add(f"tga-32-no-alpha{end}.tga", write.tga(with_alpha, 32, 2, 0, **options), rgb)
                    cases.add(f"tga-16{end}.tga", write.tga(high, 16, 2, **options), high_shown, 1)
                    cases.add(f"tga-gray{end}.tga", write.tga([[p[0] for p in row] for row in GRAY], 8, 3, **options), picture(GRAY))
                    palette = [i * 40507 % 2 ** 24 for i in range(200)]
                    rows = [[(x * 3 + y * 5) % 200 + 10 for x in range(WIDTH)] for y in range(HEIGHT)]
                    shown = picture([[((palette[i - 10] >> 16) & 255, (palette[i - 10] >> 8) & 255, palette[i - 10] & 255)
                                      for i in row] for row in rows])
                    cases.add(f"tga-palette{end}.tga", write.tga(rows, 8, 1, palette=palette, first=10, **options), shown)
    cases.add("tga-32-alpha-of-nothing.tga", write.tga(whole, 32, 2, 8), rgb)
    for mode in ("L", "P", "RGB", "RGBA", "LA"):
        for compression in (None, "tga_rle"):
            cases.by_pillow(f"pillow-{mode}-{compression}.tga", None, 1, on_mode(mode), format="TGA", compression=compression)
    for name, words in (("rgb", []), ("rle", ["-compress", "RLE"]), ("gray", ["-colorspace", "Gray"]), ("palette", ["-type", "Palette"])):
        # ImageMagick 6 writes its rows, and reads them, the other way round than it says in the header.
        cases.by_imagemagick(f"im-{name}.tga", words, False)
        path = os.path.join(cases.folder, f"im-{name}.tga")
        if os.path.exists(path):
            with open(path, "rb") as file:
                cases.read_by_pillow(f"im-{name}.tga", file.read())


def heif_cases(cases):
    soft = picture(mapped(RGB, lambda s: 64 + s // 2)).resize((64, 48))
    for end in ("heic", "avif"):
        cases.by_imagemagick(f"im.{end}", ["-quality", "100"], None, 6, soft)
        heif_enc = shutil.which("heif-enc")
        if heif_enc is None:
            cases.left_out.append(f"10 bits of {end}: needs heif-enc")
            continue
        soft.save("source.png")
        path = os.path.join(cases.folder, f"10-bits.{end}")
        words = [heif_enc, "-q", "95", "-b", "10", *(["-A"] if end == "avif" else []), "source.png", "-o", path]
        if subprocess.run(words, capture_output=True).returncode == 0:
            cases.expected[f"10-bits.{end}"] = (soft, 24, "")


def profile_cases(cases):
    """Through ImageCms, where margay converts and Pillow does not."""
    rgb = picture(RGB)
    srgb = ImageCms.createProfile("sRGB")
    plain = ImageCms.ImageCmsProfile(srgb).tobytes()
    for name, options in (("jpg", {"format": "JPEG", "quality": 95}), ("png", {"format": "PNG"}), ("tif", {"format": "TIFF"}),
                          ("webp", {"format": "WEBP", "lossless": True})):
        cases.by_pillow(f"profile-srgb.{name}", None, 0, rgb, icc_profile=plain, **options)


def main():
    program = os.path.abspath(sys.argv[1])
    kept = sys.argv[2] if len(sys.argv) > 2 else None
    work = tempfile.mkdtemp()
    os.chdir(work)
    folder = os.path.join(kept or work, "pictures")
    os.makedirs(folder)
    cases = Cases(folder)
    for add in (tiff_cases, tiff_compression_cases, bmp_cases, png_cases, jpeg_cases, gif_cases, webp_cases, jpeg2000_cases,
                pnm_cases, tga_cases, heif_cases, profile_cases, *reference_variants.ALL, *reference_storage.ALL):
        add(cases)
    subprocess.run([program, folder], check=True)
    bad = [line for name in sorted(cases.expected) for line in differences(cases, name)]
    print("\n".join(bad))
    for line in cases.left_out:
        print("left out:", line)
    print(f"{len(cases.expected)} pictures, {len(bad)} are read otherwise, {len(cases.left_out)} were left out")
    shutil.rmtree(work)
    return 1 if bad or len(cases.expected) < 500 else 0


def differences(cases, name):
    expected, tolerance, note = cases.expected[name]
    path = os.path.join(cases.folder, name)
    if expected is False:
        return
    refused = open(path + ".refused").read() if os.path.exists(path + ".refused") else ""
    if isinstance(expected, str):
        if expected not in refused:
            yield f"{name}: should be refused ('{expected}'), but: {refused or 'it was decoded'}"
        return
    if refused:
        yield f"{name}: {refused}"
        return
    found = Image.open(path + ".ppm")
    if found.size != expected.size:
        yield f"{name}: {found.size} for {expected.size}"
        return
    largest = max(high for _, high in ImageChops.difference(found, expected).getextrema())
    if largest > tolerance:
        yield f"{name}: differs by {largest}, at most {tolerance} was expected"
    found_note = open(path + ".note").read() if os.path.exists(path + ".note") else ""
    if note not in found_note or (found_note and not note):
        yield f"{name}: the note is '{found_note}', expected '{note}'"


if __name__ == "__main__":
    sys.exit(main())
