"""Cases for reference_test.py of how TIFF stores samples that the others leave to libtiff: differences from the pixel before,
bits from the lowest on, and luminance with chroma of fewer pixels."""
import struct
import zlib

import picture_writers as write
from reference_cases import ALPHA, GRAY, HEIGHT, RGB, WIDTH, joined, mapped, over_white, picture, scaled


def strip(data, order="<", **numbers):
    """A TIFF of one strip; numbers: those of tags that follow the size."""
    tags = {256: [WIDTH], 257: [HEIGHT], 273: [8], 278: [HEIGHT], 279: [len(data)]}
    tags.update({int(tag[1:]): values for tag, values in numbers.items()})
    data += b"\0" * (len(data) % 2)
    entries, values, values_at = b"", b"", 8 + len(data) + 2 + 12 * len(tags) + 4
    for tag, content in sorted(tags.items()):
        fractions = tag == 532
        kind, code = (5, "I") if fractions else (4, "I") if tag in (273, 279) else (3, "H")
        packed = struct.pack(f"{order}{len(content)}{code}", *content)
        entries += struct.pack(order + "HHI", tag, kind, len(content) // (2 if fractions else 1))
        if len(packed) <= 4:
            entries += packed.ljust(4, b"\0")
        else:
            entries += struct.pack(order + "I", values_at + len(values))
            values += packed + b"\0" * (len(packed) % 2)
    return ((b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8 + len(data)) + data +
            struct.pack(order + "H", len(tags)) + entries + bytes(4) + values)


def difference_cases(cases):
    """Predictor 2: each sample less the one of the pixel before; 3: bytes of real numbers apart, and their differences."""
    for order in "<>":
        end = "le" if order == "<" else "be"
        for bits, factor in ((8, 1), (16, 257), (32, 1)):
            for rows, photometric, shown in ((RGB, 2, picture(RGB)), (GRAY, 1, picture(GRAY)), (joined(RGB, ALPHA), 2, over_white(RGB))):
                samples, data = len(rows[0][0]), b""
                for row in rows:
                    flat = [s * factor for pixel in row for s in pixel]
                    before = [0] * samples + flat
                    data += write.pack_samples([(a - b) % 2 ** bits for a, b in zip(flat, before)], bits, "uint", order)
                extra = {"t338": [2]} if samples == 4 else {}
                cases.add(f"tiff-differences-{bits}-{samples}-{end}.tif",
                          strip(zlib.compress(data), order, t258=[bits] * samples, t259=[8], t262=[photometric], t277=[samples], t317=[2],
                                **extra), shown, 1, "were taken as 0 to 255" if bits == 32 else "")
        for bits in (16, 32, 64):
            data = b""
            for row in RGB:
                whole = write.pack_samples([s / 255 for pixel in row for s in pixel], bits, "float", ">")
                parts = b"".join(whole[i::bits // 8] for i in range(bits // 8))
                data += bytes((a - b) % 256 for a, b in zip(parts, b"\0\0\0" + parts))
            cases.add(f"tiff-differences-float{bits}-{end}.tif",
                      strip(zlib.compress(data), order, t258=[bits] * 3, t259=[8], t262=[2], t277=[3], t317=[3], t339=[3] * 3),
                      picture(RGB), 1, "were taken as 0 to 1")


def lowest_bit_first_cases(cases):
    turned = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
    for bits in (1, 2, 4, 8, 12, 16):
        rows, most = mapped(GRAY, lambda s: scaled(s, bits)), 2 ** bits - 1
        data = b"".join(write.pack_samples([s for (s,) in row], bits, "uint", "<") for row in rows).translate(turned)
        cases.add(f"tiff-lowest-bit-first-{bits}.tif", strip(data, t258=[bits], t259=[1], t262=[1], t277=[1], t266=[2]),
                  picture(mapped(rows, lambda s: (s * 255 + most // 2) // most)), 1)


def chroma_cases(cases):
    soft = [[tuple(min(255, 40 + x * 4 + c * 20 + y) for c in range(3)) for x in range(WIDTH)] for y in range(HEIGHT)]

    def parts(pixel):
        red, green, blue = pixel
        light = 0.299 * red + 0.587 * green + 0.114 * blue
        return light, (blue - light) / 1.772 + 128, (red - light) / 1.402 + 128
    full = [0, 1, 255, 1, 128, 1, 255, 1, 128, 1, 255, 1]
    video = [16, 1, 235, 1, 128, 1, 240, 1, 128, 1, 240, 1]
    rows = [[parts(pixel) for pixel in row] for row in soft]

    def put(name, data, across, down, tolerance, **more):
        cases.add(f"tiff-chroma-{name}.tif", strip(data, t258=[8] * 3, t259=[1], t262=[6], t277=[3], t530=[across, down], **more),
                  picture(soft), tolerance)
    for across, down in ((1, 1), (2, 1), (1, 2), (2, 2), (4, 1), (4, 2), (4, 4)):
        data = b""
        for top in range(0, HEIGHT, down):
            for left in range(0, WIDTH, across):
                block = [rows[min(HEIGHT - 1, top + j)][min(WIDTH - 1, left + i)] for j in range(down) for i in range(across)]
                data += bytes(min(255, round(p[0])) for p in block) + bytes(round(sum(p[c] for p in block) / len(block)) for c in (1, 2))
        put(f"{across}x{down}", data, across, down, 14)
        put(f"{across}x{down}-full-range", data, across, down, 14, t532=full)
    data = bytes(round(s) for row in rows for light, blue, red in row
                 for s in (16 + light * 219 / 255, 128 + (blue - 128) * 224 / 255, 128 + (red - 128) * 224 / 255))
    put("video-range", data, 1, 1, 6, t532=video)


ALL = (difference_cases, lowest_bit_first_cases, chroma_cases)
