"""Makes the files of this folder, and want.json: what Pillow reads in them,
upright, as it shows them. Run with Pillow 13.0.0 and numpy 2.4.6."""

import io, json, struct, zlib
import numpy as np
from PIL import Image, ImageCms, ImageOps

rgb = Image.fromarray(np.array([[(x * 40, y * 60, 255 - x * 20 - y * 30) for x in range(6)] for y in range(4)], np.uint8))
rgba = rgb.copy()
rgba.putalpha(Image.fromarray(np.array([[0 if x == y else 255 - 30 * x for x in range(6)] for y in range(4)], np.uint8)))
grey = Image.fromarray(np.array([[x * 40 + y * 3 for x in range(6)] for y in range(4)], np.uint8))
deep = Image.fromarray(np.array([[x * 10007 + y * 301 for x in range(6)] for y in range(4)], np.uint16))
la = grey.convert("LA")
la.putalpha(rgba.getchannel("A"))
srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
exif = {n: (lambda e: (e.__setitem__(0x112, n), e.tobytes())[1])(Image.Exif()) for n in range(1, 9)}


def jpeg(m, **options):
    b = io.BytesIO()
    m.save(b, "JPEG", quality=100, subsampling=0, **options)
    return b.getvalue()


def png(m, **options):
    b = io.BytesIO()
    m.save(b, "PNG", **options)
    return b.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def after_header(file, *chunks):
    return file[:33] + b"".join(chunks) + file[33:]


def saved(m, format, **options):
    b = io.BytesIO()
    m.save(b, format, **options)
    return b.getvalue()


def without(file, marker):
    at = file.index(marker)
    return file[:at] + file[at + 2 + struct.unpack(">H", file[at + 2 : at + 4])[0] :]


cmyk = jpeg(Image.fromarray(np.array([[(x * 40, y * 60, 30, 10 * x) for x in range(6)] for y in range(4)], np.uint8), "CMYK"))
palette = rgb.quantize(8)
greys = grey.quantize(16)
frames = [rgb.quantize(16), grey.convert("RGB").quantize(16)]
small = Image.new("P", (6, 4), 0)
files = {
    "lossless.webp": saved(rgba, "WEBP", lossless=True, exact=True),
    "lossy.webp": saved(rgb.resize((23, 17), Image.Resampling.NEAREST), "WEBP", quality=90),
    "lossy-alpha.webp": saved(rgba.resize((21, 15), Image.Resampling.NEAREST), "WEBP", quality=90),
    "turned.webp": saved(rgb, "WEBP", lossless=True, exif=exif[6], icc_profile=srgb),
    "moving.webp": saved(rgb, "WEBP", lossless=True, save_all=True, append_images=[grey.convert("RGB")]),
    "grey.tiff": saved(deep, "TIFF"),
    "lzw.tiff": saved(rgb, "TIFF", compression="tiff_lzw"),
    "turned.tiff": saved(rgb, "TIFF", tiffinfo={0x112: 8}),
    "profile.tiff": saved(rgb, "TIFF", icc_profile=srgb),
    "colour.bmp": saved(rgb, "BMP"),
    "one-bit.bmp": saved(grey.convert("1"), "BMP"),
    "palette.gif": saved(palette, "GIF"),
    "grey.gif": saved(greys, "GIF"),
    "moving.gif": saved(frames[0], "GIF", save_all=True, append_images=frames[1:]),
    "cmyk.jpg": cmyk,
    "cmyk-without-adobe.jpg": without(cmyk, b"\xff\xee"),
    "profile.jpg": jpeg(rgb, icc_profile=srgb),
    "progressive.jpg": jpeg(rgb, progressive=True),
    "la.png": png(la),
    "grey-transparent.png": png(grey, transparency=43),
    "palette.png": png(palette),
    "grey-palette.png": png(greys),
    "profile.png": png(rgb, icc_profile=srgb),
    "gamma.png": after_header(png(rgb), chunk(b"gAMA", struct.pack(">I", 100000)), chunk(b"cHRM", bytes(range(32)))),
    "turned.png": png(rgb, exif=exif[6]),
}


def rotated(file):
    """A file of chroma at half the width as one at half the height: the same blocks, of
    another picture. Pillow does not write such."""
    at = file.index(b"\xff\xc0") + 5
    h, w = struct.unpack(">HH", file[at : at + 4])
    return file[:at] + struct.pack(">HH", 2 * h, w // 2) + file[at + 4 :].replace(b"\x21", b"\x12", 1)


colours = np.random.default_rng(1)
smooth = lambda w, h: Image.fromarray(colours.integers(0, 256, (3, 3, 3), np.uint8)).resize((w, h), Image.Resampling.BICUBIC)
files |= {
    "chroma-422.jpg": saved(smooth(19, 13), "JPEG", quality=95, subsampling="4:2:2"),
    "chroma-420.jpg": saved(smooth(19, 13), "JPEG", quality=95, subsampling="4:2:0"),
    "chroma-420-narrow.jpg": saved(smooth(4, 7), "JPEG", quality=95, subsampling="4:2:0"),
    "chroma-440.jpg": rotated(saved(smooth(32, 16), "JPEG", quality=95, subsampling="4:2:2")),
}
files |= {f"turned-{n}.jpg": jpeg(rgb, exif=exif[n]) for n in exif}

want = {}
for name, file in files.items():
    open(name, "wb").write(file)
    m = ImageOps.exif_transpose(Image.open(io.BytesIO(file)))
    if m.mode == "I;16":
        pixels = [[v >> 8, v & 255] for v in np.array(m).ravel().tolist()]
        mode = "L;16"
    else:
        mode = {"CMYK": "RGB", "P": "RGB", "1": "L"}.get(m.mode, m.mode)
        if "transparency" in m.info:
            mode = {"L": "LA", "RGB": "RGBA"}[mode]
        pixels = np.array(m.convert(mode)).reshape(m.width * m.height, -1).tolist()
    want[name] = {"width": m.width, "height": m.height, "mode": mode, "pixels": sum(pixels, [])}
json.dump(want, open("want.json", "w"), separators=(",", ":"))
