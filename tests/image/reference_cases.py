"""What reference_test.py and its variants share: the picture in all of them, and the cases, files with what they must show."""
import io
import os
import shutil
import subprocess
import sys

try:
    from PIL import Image, features
except ImportError:
    print("SKIPPED: needs python3-pil")
    sys.exit(0)

CONVERT = shutil.which("convert", path="/usr/bin")
# So small pictures are not worth a team of threads, which would wait for each other where cores are few.
os.environ["MAGICK_THREAD_LIMIT"] = "1"
WIDTH, HEIGHT = 37, 29


def value(x, y, c):
    return (x * 6 + y * 3 + 40 * c + (90 if (x - 18) ** 2 + (y - 14) ** 2 < 60 else 0)) % 256


RGB = [[tuple(value(x, y, c) for c in range(3)) for x in range(WIDTH)] for y in range(HEIGHT)]
GRAY = [[(value(x, y, 1),) for x in range(WIDTH)] for y in range(HEIGHT)]
ALPHA = [[min(255, x * 8) if y < 20 else 255 for x in range(WIDTH)] for y in range(HEIGHT)]
EXTRA = [[(x * y * 7) % 256 for x in range(WIDTH)] for y in range(HEIGHT)]


def joined(*pictures):
    """Rows of tuples (or numbers) put together pixel by pixel."""
    return [[sum(((p if isinstance(p, tuple) else (p,)) for p in pixels), ()) for pixels in zip(*rows)]
            for rows in zip(*pictures)]


def mapped(rows, change):
    return [[tuple(change(s) for s in pixel) for pixel in row] for row in rows]


def picture(rows):
    """Rows of one or three numbers from 0 to 255 as RGB."""
    made = Image.new("RGB", (len(rows[0]), len(rows)))
    made.putdata([tuple(int(s) for s in (pixel * 3 if len(pixel) == 1 else pixel)) for row in rows for pixel in row])
    return made


def over_white(rows, alpha=None):
    """Colours and opacity, from 0 to 255."""
    alpha = alpha or ALPHA
    return picture([[tuple((s * a + 255 * (255 - a) + 127) // 255 for s in pixel) for pixel, a in zip(row, alphas)]
                    for row, alphas in zip(rows, alpha)])


def on_white(image):
    white = Image.new("RGBA", image.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")


def on_mode(mode):
    image = picture(RGB)
    if mode in ("RGBA", "LA"):
        image = image.convert("RGBA")
        alpha = Image.new("L", image.size)
        alpha.putdata([a for row in ALPHA for a in row])
        image.putalpha(alpha)
    if mode == "P":
        return image.quantize(200)
    return image.convert(mode)


def as_jpeg2000(mode, **options):
    data = io.BytesIO()
    on_mode(mode).save(data, format="JPEG2000", **options)
    return data.getvalue()


def scaled(sample, bits):
    return round(sample * (2 ** bits - 1) / 255)


class Cases:
    """Files and what they must show, or why they must be refused."""

    def __init__(self, folder):
        self.folder, self.expected, self.left_out = folder, {}, []
        self.writes_jpeg2000 = features.check("jpg_2000")

    def add(self, name, data, expected, tolerance=0, note=""):
        with open(os.path.join(self.folder, name), "wb") as file:
            file.write(data)
        self.expected[name] = (expected, tolerance, note)

    def refuse(self, name, data, words):
        self.add(name, data, words)

    def by_pillow(self, name, expected, tolerance=0, picture=None, note="", **options):
        """Written by Pillow; `expected` None: what Pillow reads."""
        data = io.BytesIO()
        try:
            (picture or Image.new("RGB", (1, 1))).save(data, **options)
        except (OSError, KeyError, ValueError) as error:
            self.left_out.append(f"{name}: Pillow: {error}")
            return
        self.read_by_pillow(name, data.getvalue(), tolerance, expected, note)

    def read_by_pillow(self, name, data, tolerance=0, expected=None, note=""):
        if expected is None:
            expected = on_white(Image.open(io.BytesIO(data)))
        self.add(name, data, expected, tolerance, note)

    def by_imagemagick(self, name, arguments, expected=None, tolerance=1, source=None, prefix="", note=""):
        """Written by ImageMagick from `source`; `expected` None: what ImageMagick reads."""
        if CONVERT is None:
            self.left_out.append(f"{name}: needs ImageMagick")
            return
        path = os.path.join(self.folder, name)
        (source or picture(RGB)).save("source.png")
        made = subprocess.run([CONVERT, "source.png", *arguments, prefix + path], capture_output=True)
        if made.returncode != 0 or not os.path.exists(path):
            self.left_out.append(f"{name}: ImageMagick: {made.stderr.decode().strip()[:100]}")
            return
        if expected is None:
            # To sRGB first: of inks and Lab, white would be laid under other numbers.
            subprocess.run([CONVERT, path + "[0]", "-colorspace", "sRGB", "-background", "white", "-alpha", "remove", "-alpha", "off",
                            "-depth", "8", "-type", "TrueColor", "read.png"], check=True)
            expected = Image.open("read.png").convert("RGB")
        self.expected[name] = (expected, tolerance, note)
