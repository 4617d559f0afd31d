"""Writes TIFF, BMP, PNG and TGA of kinds that Pillow cannot write, from lists of pixels: rows of tuples of samples."""
import struct
import zlib


def pack_bits(samples, bits):
    """Numbers of `bits` bits one after the other, the highest bit first, filled up to whole bytes."""
    text = "".join(format(int(sample), f"0{bits}b") for sample in samples)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big") if text else b""


def pack_samples(samples, bits, number, order):
    """number: "uint", "int" or "float"; order: "<" or ">"."""
    if number == "uint" and bits == 24:
        return b"".join(int(s).to_bytes(3, "little" if order == "<" else "big") for s in samples)
    if number == "uint" and bits not in (8, 16, 32, 64):
        return pack_bits(samples, bits)
    code = {"uint": {8: "B", 16: "H", 32: "I", 64: "Q"}, "int": {8: "b", 16: "h", 32: "i", 64: "q"},
            "float": {16: "e", 32: "f", 64: "d"}}[number][bits]
    return struct.pack(f"{order}{len(samples)}{code}", *samples)


def packbits(data):
    """Literal runs alone."""
    return b"".join(bytes([len(data[i:i + 128]) - 1]) + data[i:i + 128] for i in range(0, len(data), 128))


def tiff(rows, bits, photometric, number="uint", order="<", big=False, extra=(), planar=False, tile=None,
         rows_per_strip=None, compression=1, palette=None, orientation=None, more_tags=(), following=False):
    """photometric None: the tag is left out. palette: three lists of 16-bit numbers. following: a second, white page."""
    height, width, samples = len(rows), len(rows[0]), len(rows[0][0])
    compress = {1: bytes, 8: zlib.compress, 32773: packbits}[compression]

    def block(x, y, w, h, plane):
        lines = b""
        for j in range(y, y + h):
            row = rows[min(j, height - 1)]
            pixels = [row[min(i, width - 1)] for i in range(x, x + w)]
            flat = [p[plane] for p in pixels] if planar else [s for p in pixels for s in p]
            lines += pack_samples(flat, bits, number, order)
        return compress(lines)

    planes = range(samples) if planar else [0]
    if tile:
        blocks = [block(x, y, tile, tile, p) for p in planes for y in range(0, height, tile) for x in range(0, width, tile)]
    else:
        rows_per_strip = rows_per_strip or height
        blocks = [block(0, y, width, min(rows_per_strip, height - y), p) for p in planes
                  for y in range(0, height, rows_per_strip)]
    tags = [(256, "I", [width]), (257, "I", [height]), (258, "H", [bits] * samples), (259, "H", [compression]),
            (277, "H", [samples]), (284, "H", [2 if planar else 1]),
            (339, "H", [{"uint": 1, "int": 2, "float": 3}[number]] * samples), *more_tags]
    if photometric is not None:
        tags.append((262, "H", [photometric]))
    if extra:
        tags.append((338, "H", list(extra)))
    if palette:
        tags.append((320, "H", palette[0] + palette[1] + palette[2]))
    if orientation:
        tags.append((274, "H", [orientation]))
    offset_code = "Q" if big else "I"
    where, size = (324, 325) if tile else (273, 279)
    if tile:
        tags += [(322, "I", [tile]), (323, "I", [tile])]
    else:
        tags.append((278, "I", [rows_per_strip]))

    head_bytes = 16 if big else 8
    offsets, at = [], head_bytes
    for one in blocks:
        offsets.append(at)
        at += len(one) + len(one) % 2
    tags += [(where, offset_code, offsets), (size, offset_code, [len(one) for one in blocks])]
    pixels = b"".join(one + b"\0" * (len(one) % 2) for one in blocks)
    directory_at = head_bytes + len(pixels)
    entry, slot, count_code = (20, 8, "Q") if big else (12, 4, "I")
    values_at = directory_at + (8 if big else 2) + entry * len(tags) + slot
    entries, values = b"", b""
    for tag, code, numbers in sorted(tags):
        data = struct.pack(f"{order}{len(numbers)}{code}", *numbers)
        kind = {"B": 1, "H": 3, "I": 4, "Q": 16}[code]
        entries += struct.pack(f"{order}HH{count_code}", tag, kind, len(numbers))
        if len(data) <= slot:
            entries += data.ljust(slot, b"\0")
        else:
            entries += struct.pack(order + offset_code, values_at + len(values))
            values += data + b"\0" * (len(data) % 2)
    mark = b"II" if order == "<" else b"MM"
    head = mark + (struct.pack(order + "HHHQ", 43, 8, 0, directory_at) if big else struct.pack(order + "HI", 42, directory_at))
    following_at = values_at + len(values) if following else 0
    result = head + pixels + struct.pack(order + ("Q" if big else "H"), len(tags)) + entries
    result += struct.pack(order + offset_code, following_at) + values
    if following:  # one pixel, white, behind its directory
        data_at = following_at + 2 + 12 * 5 + 4
        result += struct.pack(order + "H", 5)
        for tag, number_of_it in ((256, 1), (257, 1), (262, 0), (273, data_at), (279, 1)):
            result += struct.pack(order + "HHII", tag, 4, 1, number_of_it)
        result += struct.pack(order + "I", 0) + b"\0"
    return result


def bmp(rows, bits, header=40, top_down=False, masks=None, masks_behind=False, palette=None, compression=None,
        encoded=None, colors_used=None, offset=None, profile=b""):
    """rows of numbers, each a whole pixel: index, or bits as the masks say; of 24 bits 0xRRGGBB."""
    height, width = len(rows), len(rows[0])
    data = b""
    for row in rows if top_down else rows[::-1]:
        if bits < 8:
            line = pack_bits(row, bits)
        else:
            line = b"".join(int(pixel).to_bytes(bits // 8, "little") for pixel in row)
        data += line + b"\0" * (-len(line) % 4)
    data = data if encoded is None else encoded
    if compression is None:
        compression = 3 if masks else 0
    table = b""
    for red, green, blue in palette or []:
        table += bytes([blue, green, red]) + (b"" if header == 12 else b"\0")
    if header == 12:
        second = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        used = colors_used if colors_used is not None else len(palette or [])
        second = struct.pack("<IiiHHIIiiII", header, width, -height if top_down else height, 1, bits, compression, len(data),
                             2835, 2835, used, 0)
        mask_bytes = struct.pack(f"<{len(masks)}I", *masks) if masks else b""
        if header == 40:
            second += mask_bytes
        elif header >= 52 and header != 64:
            second += mask_bytes.ljust(16, b"\0")
        second = second.ljust(header, b"\0") if header != 40 else second
        second = second[:max(header, 40 + len(mask_bytes) if header == 40 else header)]
        if header == 124 and profile:
            begin = 124 + len(table) + len(data)
            second = second[:56] + b"DEBM" + second[60:112] + struct.pack("<II", begin, len(profile)) + second[120:]
    begin = 14 + len(second) + len(table)
    first = b"BM" + struct.pack("<IHHI", begin + len(data) + len(profile), 0, 0, begin if offset is None else offset)
    return first + second + table + data + profile


def rle8(rows):
    """Bottom-up: runs where pixels repeat, literal pixels elsewhere, a jump over the last row but one."""
    data = b""
    for row in rows[::-1]:
        x = 0
        while x < len(row):
            run = 1
            while x + run < len(row) and run < 255 and row[x + run] == row[x]:
                run += 1
            if run >= 3 or len(row) - x < 3:
                data += bytes([run, row[x]])
                x += run
                continue
            literal = row[x:x + min(255, len(row) - x)][:7]
            if len(literal) < 3:
                for value in literal:
                    data += bytes([1, value])
            else:
                data += bytes([0, len(literal)]) + bytes(literal) + b"\0" * (len(literal) % 2)
            x += len(literal)
        data += b"\0\0"
    return data + b"\0\1"


def rle4(rows):
    data = b""
    for row in rows[::-1]:
        for x in range(0, len(row), 6):
            part = row[x:x + 6]
            packed = pack_bits(part, 4)
            if len(part) < 3:
                data += bytes([len(part), (part + [0])[0] << 4 | (part + [0])[1]])
            else:
                data += bytes([0, len(part)]) + packed + b"\0" * (len(packed) % 2)
        data += b"\0\0"
    return data + b"\0\1"


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(rows, bits, color_type, interlaced=False, chunks=()):
    """rows of tuples of samples. chunks: pairs of name and content, before the pixels."""
    height, width = len(rows), len(rows[0])
    adam7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    raw = b""
    for x, y, step_x, step_y in adam7 if interlaced else [(0, 0, 1, 1)]:
        for row in rows[y::step_y]:
            pixels = row[x::step_x]
            if pixels:
                raw += b"\0" + pack_samples([s for p in pixels for s in p], bits, "uint", ">")
    header = struct.pack(">IIBBBBB", width, height, bits, color_type, 0, 0, 1 if interlaced else 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunk(*one) for one in chunks) +
            chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


def tga(rows, bits, kind, alpha_bits=0, top_down=False, right_to_left=False, runs=False, palette=None, palette_bits=24,
        first=0, footer=False):
    """rows of numbers, each a whole pixel, lowest byte first. palette: numbers of palette_bits."""
    height, width = len(rows), len(rows[0])
    descriptor = alpha_bits | (16 if right_to_left else 0) | (32 if top_down else 0)
    palette = palette or []
    data = struct.pack("<BBBHHBHHHHBB", 3, 1 if palette else 0, kind + (8 if runs else 0), first, len(palette),
                       palette_bits if palette else 0, 0, 0, width, height, bits, descriptor) + b"id."
    data += b"".join(entry.to_bytes((palette_bits + 7) // 8, "little") for entry in palette)
    size = (bits + 7) // 8
    flat = [pixel.to_bytes(size, "little") for row in (rows if top_down else rows[::-1])
            for pixel in (row[::-1] if right_to_left else row)]
    at = 0
    while at < len(flat):
        if not runs:
            data += b"".join(flat)
            break
        run = 1
        while at + run < len(flat) and run < 128 and flat[at + run] == flat[at]:
            run += 1
        if run > 1:
            data += bytes([127 + run]) + flat[at]
        else:
            data += b"\0" + flat[at]
        at += run
    return data + (b"\0" * 8 + b"TRUEVISION-XFILE.\0" if footer else b"")


def without_component_roles(jp2):
    """A JP2, or a bare codestream, without the cdef box that newer Pillows write."""
    at = jp2.find(b"jp2h") - 4
    if at < 0:
        return jp2
    length = int.from_bytes(jp2[at:at + 4], "big")
    box = jp2.find(b"cdef", at, at + length) - 4
    if box < 0:
        return jp2
    size = int.from_bytes(jp2[box:box + 4], "big")
    return jp2[:at] + (length - size).to_bytes(4, "big") + jp2[at + 4:box] + jp2[box + size:]


def with_component_roles(jp2, roles):
    """A JP2 with a cdef box of (component, role, colour) behind what its header says already."""
    body = len(roles).to_bytes(2, "big") + b"".join(number.to_bytes(2, "big") for role in roles for number in role)
    box = (len(body) + 8).to_bytes(4, "big") + b"cdef" + body
    at = jp2.index(b"jp2h") - 4
    length = int.from_bytes(jp2[at:at + 4], "big")
    return jp2[:at] + (length + len(box)).to_bytes(4, "big") + jp2[at + 4:at + length] + box + jp2[at + length:]


def with_color_space(jp2, number):
    """A JP2 whose colr box names another enumerated colour space: 12 is CMYK, 17 gray."""
    at = jp2.index(b"colr") + 7
    return jp2[:at] + number.to_bytes(4, "big") + jp2[at + 4:]
