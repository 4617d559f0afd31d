"""Cases for reference_test.py of opacity beside every kind of colour, and of what other readers get wrong: what a file
says of its samples, and what it leaves unsaid."""
import io
import os
import struct

from PIL import Image, ImageCms, ImageOps

import picture_writers as write
from reference_cases import (ALPHA, EXTRA, GRAY, HEIGHT, RGB, WIDTH, as_jpeg2000, joined, mapped, on_mode, on_white, over_white, picture,
                             scaled)

GUESSED = "taken as opacity"
OPACITY = joined(ALPHA)


def multiplied(rows):
    return [[tuple(round(s * a / 255) for s in pixel) for pixel, a in zip(row, alphas)] for row, alphas in zip(rows, ALPHA)]


def tiff_opacity_cases(cases):
    """What is multiplied by opacity are the stored numbers, of inks and Lab as of light; indices into a palette are not."""
    inks = [[tuple(255 - s for s in pixel) + (EXTRA[y][x] // 3,) for x, pixel in enumerate(row)] for y, row in enumerate(RGB)]
    light = [[tuple(round((255 - p[c]) * (255 - p[3]) / 255) for c in range(3)) for p in row] for row in inks]
    negative = mapped(GRAY, lambda s: 255 - s)
    for planar in (False, True):
        for bits, factor in ((8, 1), (16, 257)):
            def put(name, rows, photometric, extra, shown, tolerance):
                # Multiplied with all 16 bits, so that dividing gives back what was there.
                stored = mapped(rows, lambda s: s * factor)
                if 1 in extra and bits == 16:
                    stored = [[tuple(round(s * 257 * a / 255) for s in pixel) + (a * 257,) for pixel, a in zip(row, alphas)]
                              for row, alphas in zip(rows, ALPHA)]
                elif 1 in extra:
                    stored = joined(multiplied(rows), OPACITY)
                cases.add(f"tiff-{name}-{bits}{'-planar' if planar else ''}.tif",
                          write.tiff(stored, bits, photometric, extra=extra, planar=planar), shown, tolerance)
            put("cmyk-alpha", joined(inks, OPACITY), 5, (2,), over_white(light), 1)
            put("cmyk-unspecified-alpha", joined(inks, EXTRA, OPACITY), 5, (0, 2), over_white(light), 1)
            put("cmyk-alpha-unspecified", joined(inks, OPACITY, EXTRA), 5, (2, 0), over_white(light), 1)
            put("cmyk-associated", inks, 5, (1,), over_white(light), 2)
            put("white-is-zero-associated", negative, 0, (1,), over_white(GRAY), 2)
    for bits in (1, 2, 4, 10, 12, 14):
        most = 2 ** bits - 1
        colors, alphas = mapped(RGB, lambda s: scaled(s, bits)), mapped(OPACITY, lambda s: scaled(s, bits))
        cases.add(f"tiff-rgb-alpha-{bits}-bits.tif", write.tiff(joined(colors, alphas), bits, 2, extra=(2,)),
                  over_white(mapped(colors, lambda s: round(s * 255 / most)), [[round(a * 255 / most) for (a,) in row] for row in alphas]), 1)
    palette = [[(i * 40507 + c * 9973) % 65536 for i in range(256)] for c in range(3)]
    rows = [[((x * 5 + y * 11) % 256,) for x in range(WIDTH)] for y in range(HEIGHT)]
    colors = [[tuple(palette[c][i] >> 8 for c in range(3)) for (i,) in row] for row in rows]
    cases.add("tiff-palette-associated.tif", write.tiff(joined(rows, OPACITY), 8, 3, palette=palette, extra=(1,)), over_white(colors), 1)
    tiff_lab_cases(cases)
    for name, words in (("cmyk", ["-colorspace", "CMYK"]), ("cmyk-16", ["-colorspace", "CMYK", "-depth", "16"]),
                        ("gray", ["-colorspace", "Gray"]), ("gray-associated", ["-colorspace", "Gray", "-define", "tiff:alpha=associated"]),
                        ("palette", ["-type", "PaletteMatte"]), ("planes", ["-interlace", "plane"])):
        cases.by_imagemagick(f"im-alpha-{name}.tif", words, None, 2, on_mode("RGBA"))


def tiff_lab_cases(cases):
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    soft = mapped(RGB, lambda s: 60 + s // 2)
    data = list(ImageCms.applyTransform(picture(soft), to_lab).getdata())
    shifted = [[data[y * WIDTH + x] for x in range(WIDTH)] for y in range(HEIGHT)]
    signed = [[(light, (a + 128) % 256, (b + 128) % 256) for light, a, b in row] for row in shifted]
    cases.add("tiff-lab-alpha.tif", write.tiff(joined(signed, OPACITY), 8, 8, extra=(2,)), over_white(soft), 6)
    cases.add("tiff-icc-lab-alpha.tif", write.tiff(joined(shifted, OPACITY), 8, 9, extra=(2,)), over_white(soft), 6)
    precise = [[(round(light * 257 * a / 255), round((p - 128) * 256 * a / 255) % 65536, round((q - 128) * 256 * a / 255) % 65536, a * 257)
                for (light, p, q), a in zip(row, alphas)] for row, alphas in zip(shifted, ALPHA)]
    cases.add("tiff-lab-associated.tif", write.tiff(precise, 16, 8, extra=(1,)), over_white(soft), 6)


def png_variant_cases(cases):
    rgb = picture(RGB)
    chromaticities = struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
    for name, chunks in (("gamma-45455", [(b"gAMA", struct.pack(">I", 45455))]), ("gamma-and-primaries",
                         [(b"gAMA", struct.pack(">I", 55556)), (b"cHRM", chromaticities)]), ("sRGB", [(b"sRGB", b"\0")]),
                         ("code-points", [(b"cICP", bytes([9, 16, 0, 1]))])):
        cases.add(f"png-{name}.png", write.png(RGB, 8, 2, chunks=chunks), rgb)
    for kind in ("PNG8:", "PNG24:", "PNG32:", "PNG48:", "PNG64:"):
        cases.by_imagemagick(f"im-alpha-{kind[:-1]}.png", [], None, 2, on_mode("RGBA"), kind)
    cases.by_pillow("png-animated.png", None, 1, on_mode("RGBA"), format="PNG", save_all=True, append_images=[on_mode("RGB").convert("RGBA")])


def orientation_cases(cases):
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        for kind, mode, options in (("WEBP", "RGBA", {"lossless": True, "exact": True}), ("WEBP", "RGB", {"quality": 80}), ("PNG", "RGBA", {}),
                                    ("PNG", "P", {}), ("JPEG", "CMYK", {}), ("JPEG", "L", {})):
            data = io.BytesIO()
            on_mode(mode).save(data, format=kind, exif=exif.tobytes(), **options)
            turned = ImageOps.exif_transpose(Image.open(io.BytesIO(data.getvalue())))
            cases.add(f"orientation-{orientation}-{mode}.{kind.lower()}", data.getvalue(), on_white(turned), 1)


def jpeg_sampling_cases(cases):
    """Chroma and luma at resolutions that cameras do not use; Pillow reads them through the same library."""
    for factors in ("1x1,2x2,2x2", "2x2,1x2,2x1", "1x1,2x1,1x1", "2x2,2x1,1x1", "3x1"):
        name = f"im-sampling-{factors.replace(',', '-')}.jpg"
        cases.by_imagemagick(name, ["-sampling-factor", factors], False)
        if name in cases.expected:
            with open(os.path.join(cases.folder, name), "rb") as file:
                cases.read_by_pillow(name, file.read())


def jpeg2000_variant_cases(cases):
    if not cases.writes_jpeg2000:
        return
    stored = on_mode("RGBA")
    shown = on_white(stored)
    pixels = list(stored.getdata())
    stored.putdata([tuple(round(s * p[3] / 255) for s in p[:3]) + (p[3],) for p in pixels])
    data = io.BytesIO()
    stored.save(data, format="JPEG2000")
    cases.add("jpeg2000-marked-premultiplied.jp2",
              write.with_component_roles(write.without_component_roles(data.getvalue()), [(0, 0, 1), (1, 0, 2), (2, 0, 3), (3, 2, 0)]), shown, 1)
    data = write.without_component_roles(as_jpeg2000("RGB"))
    for space, words in ((14, "its colours are Lab"), (1, "its colours are of kind 1"), (11, "its colours are of kind 11")):
        cases.refuse(f"jpeg2000-color-space-{space}.jp2", write.with_color_space(data, space), words)


def pam_cases(cases):
    """A sample is opacity where the tuple type says so, whatever the depth."""
    def pam(rows, kind, most=255):
        head = f"P7\nWIDTH {WIDTH}\nHEIGHT {HEIGHT}\nDEPTH {len(rows[0][0])}\nMAXVAL {most}\n{kind}ENDHDR\n"
        return head.encode() + bytes(s for row in rows for pixel in row for s in pixel)
    rgb, gray = picture(RGB), picture(GRAY)
    for name, rows, kind, shown, note in (
            ("unsaid-4", joined(RGB, OPACITY), "", over_white(RGB), GUESSED),
            ("unsaid-2", joined(GRAY, OPACITY), "TUPLTYPE\n", over_white(GRAY), GUESSED),
            ("unsaid-3", RGB, "TUPLTYPE\n", rgb, ""),
            ("unsaid-5", joined(RGB, EXTRA, EXTRA), "", rgb, "the first three were taken as RGB"),
            ("rgb-4", joined(RGB, EXTRA), "TUPLTYPE RGB\n", rgb, ""),
            ("rgb-6", joined(RGB, EXTRA, EXTRA, EXTRA), "TUPLTYPE RGB\n", rgb, ""),
            ("rgb-alpha-5", joined(RGB, OPACITY, EXTRA), "TUPLTYPE RGB_ALPHA\n", over_white(RGB), ""),
            ("gray-2", joined(GRAY, EXTRA), "TUPLTYPE GRAYSCALE\n", gray, ""),
            ("gray-3", joined(GRAY, EXTRA, EXTRA), "TUPLTYPE GRAYSCALE\n", gray, "marked as gray"),
            ("gray-alpha-3", joined(GRAY, OPACITY, EXTRA), "TUPLTYPE GRAYSCALE_ALPHA\n", over_white(GRAY), ""),
            ("other-4", joined(RGB, EXTRA), "TUPLTYPE RGBNIR\n", rgb, "the first three were taken as RGB"),
            ("other-2", joined(GRAY, EXTRA), "TUPLTYPE DEPTH\n", gray, "the first was taken as gray")):
        cases.add(f"pam-type-{name}.pam", pam(rows, kind), shown, 1, note)
    cases.add("pam-carriage-returns.pam", pam(RGB, "TUPLTYPE RGB\n").replace(b"\n", b"\r\n", 7), rgb)
    cases.refuse("pam-too-shallow.pam", pam(joined(GRAY, EXTRA), "TUPLTYPE RGB\n"), "DEPTH is 2, expected at least 3 for RGB")
    cases.refuse("pam-without-depth.pam", pam(RGB, "").replace(b"DEPTH 3\n", b""), "DEPTH is missing")
    bits = mapped(GRAY, lambda s: s // 128)
    cases.add("pam-bilevel.pam", pam(bits, "TUPLTYPE BLACKANDWHITE\n", 1), picture(mapped(bits, lambda s: 255 * s)))
    cases.add("pam-bilevel-alpha.pam", pam(joined(bits, mapped(OPACITY, lambda a: a // 128)), "TUPLTYPE BLACKANDWHITE_ALPHA\n", 1),
              over_white(mapped(bits, lambda s: 255 * s), [[a // 128 * 255 for a in row] for row in ALPHA]))
    samples = bytes(s for row in RGB for pixel in row for s in pixel)
    cases.add("ppm-comments.ppm", f"P6#a\n{WIDTH}#b\n#c\n{HEIGHT} # d\n255#e\n".encode() + samples, rgb)


def tga_opacity_cases(cases):
    """The bits of the descriptor say that there is opacity; the extension area may say that what lies there is none."""
    def with_extension(data, attributes_type):
        return (data + struct.pack("<H", 495) + bytes(492) + bytes([attributes_type]) + struct.pack("<II", len(data), 0) +
                b"TRUEVISION-XFILE.\0")
    straight, premultiplied = ([[r << 16 | g << 8 | b | a << 24 for (r, g, b), a in zip(row, alphas)] for row, alphas in zip(rows, ALPHA)]
                               for rows in (RGB, multiplied(RGB)))
    gray = [[g | a << 8 for (g,), a in zip(row, alphas)] for row, alphas in zip(GRAY, ALPHA)]
    for kind in range(5):
        shown = picture(RGB) if kind in (1, 2) else over_white(RGB)
        cases.add(f"tga-32-attributes-{kind}.tga",
                  with_extension(write.tga(premultiplied if kind == 4 else straight, 32, 2, 8), kind), shown, 2)
    cases.add("tga-gray-alpha.tga", write.tga(gray, 16, 3, 8), over_white(GRAY), 1)
    cases.add("tga-gray-attributes-1.tga", with_extension(write.tga(gray, 16, 3, 8), 1), picture(GRAY))
    # One bit of opacity, which ImageMagick reads so too; Pillow 9 leaves it out.
    rows = [[(r >> 3) << 10 | (g >> 3) << 5 | b >> 3 | (0x8000 if a > 100 else 0) for (r, g, b), a in zip(row, alphas)]
            for row, alphas in zip(RGB, ALPHA)]
    colors = mapped(RGB, lambda s: ((s >> 3) * 255 + 15) // 31)
    cases.add("tga-16-alpha.tga", write.tga(rows, 16, 2, 1), over_white(colors, [[255 if a > 100 else 0 for a in row] for row in ALPHA]), 1)
    cases.add("tga-16-no-alpha.tga", write.tga(rows, 16, 2, 0), picture(colors), 1)
    # The highest bit of 16 is none of opacity where the descriptor says that there is none; Pillow 11 takes it for that.
    indices = [[(x * 3 + y * 5) % 200 for x in range(WIDTH)] for y in range(HEIGHT)]
    palettes = {bits: [i * 40507 % 2 ** bits for i in range(200)] for bits in (16, 24)}
    eight_bits = [tuple(((entry >> shift & 31) * 255 + 15) // 31 for shift in (10, 5, 0)) for entry in palettes[16]]
    cases.add("tga-palette-of-16.tga", write.tga(indices, 8, 1, palette=palettes[16], palette_bits=16),
              picture([[eight_bits[i] for i in row] for row in indices]), 1)
    cases.read_by_pillow("tga-palette-of-24.tga", write.tga(indices, 8, 1, palette=palettes[24], palette_bits=24), 1)

def opacity_of_other_formats(cases):
    for end in ("webp", "jp2", "pam", "bmp"):
        cases.by_imagemagick(f"im-alpha.{end}" if end != "jp2" else "im-gray-alpha.jp2",
                             ["-quality", "100", *(["-colorspace", "Gray"] if end == "jp2" else [])], None, 8, on_mode("RGBA"))
    for quality in (0, 100):
        cases.by_pillow(f"webp-alpha-quality-{quality}.webp", None, 1, on_mode("RGBA"), format="WEBP", quality=80, alpha_quality=quality)


ALL = (tiff_opacity_cases, png_variant_cases, orientation_cases, jpeg_sampling_cases, jpeg2000_variant_cases, pam_cases, tga_opacity_cases,
       opacity_of_other_formats)
