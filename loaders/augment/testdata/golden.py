"""Writes golden.json: what torchvision and Pillow make of one image.

python loaders/augment/testdata/golden.py
"""

import json
import math
import pathlib

import numpy as np
import PIL
import torch
import torchvision
from PIL import Image, ImageEnhance, ImageOps
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as F
from torchvision.transforms.autoaugment import RandAugment, _apply_op

C, H, W = 3, 10, 12
BILINEAR = InterpolationMode.BILINEAR

rng = np.random.default_rng(1)
y, x = np.mgrid[0:H, 0:W]
smooth = np.stack([128 + 100 * np.sin(x / 3 + c) * np.cos(y / 4 - c) for c in range(C)])
pixels = np.clip(smooth + rng.normal(0, 25, (C, H, W)), 5, 250).round().astype(np.uint8)
bytes_ = torch.from_numpy(pixels)
floats = bytes_.to(torch.float32) / 255
picture = Image.fromarray(np.ascontiguousarray(pixels.transpose(1, 2, 0)))

cases = []


def case(name, numbers, of, result):
    if isinstance(result, Image.Image):
        result = torch.from_numpy(np.asarray(result).transpose(2, 0, 1).copy())
    if result.dtype == torch.uint8:
        result = result.to(torch.float32) / 255
    values = [round(v, 6) for v in result.flatten().tolist()]
    cases.append({"name": name, "numbers": numbers, "of": of, "values": values})


for angle, dx, dy, scale, shear in [(17, 0, 0, 1, 0), (-90, 0, 0, 1, 0), (0, 2, -1, 1, 0), (0, 0, 0, 1.3, 0), (0, 0, 0, 0.7, 0), (0, 0, 0, 1, 12), (17, 2, -1, 1.15, -8)]:
    result = F.affine(floats, angle=angle, translate=[dx, dy], scale=scale, shear=[shear, 0], interpolation=BILINEAR)
    case("affine", [angle, dx, dy, scale, shear], "torchvision", result)

start = [[0, 0], [W, 0], [W, H], [0, H]]
for end in [[[1, 2], [11, 0], [9, 9], [2, 8]], [[0, 0], [8, 3], [8, 7], [0, 10]], [[3, 1], [9, 1], [9, 8], [3, 8]]]:
    result = F.perspective(floats, start, end, interpolation=BILINEAR)
    case("perspective", [v for point in end for v in point], "torchvision", result)

for pad in ["constant", "edge", "reflect"]:
    padded = F.pad(floats, 4, padding_mode=pad)
    for top, left in [(0, 0), (8, 8), (3, 6), (4, 4), (5, 1)]:
        case("crop " + pad, [top - 4, left - 4], "torchvision", F.crop(padded, top, left, H, W))

case("hflip", [], "torchvision", F.hflip(floats))
case("vflip", [], "torchvision", F.vflip(floats))
for factor in [0.4, 1.7]:
    case("brightness", [factor], "torchvision", F.adjust_brightness(floats, factor))
    case("contrast", [factor], "torchvision", F.adjust_contrast(floats, factor))
    case("saturation", [factor], "torchvision", F.adjust_saturation(floats, factor))
    case("sharpness", [factor], "torchvision", F.adjust_sharpness(floats, factor))
    case("brightness", [factor], "Pillow", ImageEnhance.Brightness(picture).enhance(factor))
    case("contrast", [factor], "Pillow", ImageEnhance.Contrast(picture).enhance(factor))
    case("saturation", [factor], "Pillow", ImageEnhance.Color(picture).enhance(factor))
    case("sharpness", [factor], "Pillow", ImageEnhance.Sharpness(picture).enhance(factor))
for share in [-0.5, -0.1, 0.03, 0.4]:
    case("hue", [share], "torchvision", F.adjust_hue(floats, share))
for sigma in [0.3, 1.0, 2.1]:
    size = 2 * math.ceil(3 * sigma) + 1
    try:
        case("blur", [sigma], "torchvision", F.gaussian_blur(floats, [size, size], [sigma, sigma]))
    except RuntimeError:  # its mirror has one reflection
        pass
for bits in [1, 4, 7]:
    case("posterize", [bits], "Pillow", ImageOps.posterize(picture, bits))
case("autocontrast", [], "Pillow", ImageOps.autocontrast(picture))
case("equalize", [], "Pillow", ImageOps.equalize(picture))
case("solarize", [128], "Pillow", ImageOps.solarize(picture, 128))
case("rotate", [20], "Pillow", picture.rotate(20, Image.Resampling.BILINEAR))

for magnitude in [9, 26]:
    for op, (magnitudes, signed) in RandAugment()._augmentation_space(31, (H, W)).items():
        of = bytes_ if op in ("Posterize", "Solarize", "Equalize") else floats
        m = float(magnitudes[magnitude]) if magnitudes.ndim > 0 else 0.0
        for sign in [1, -1] if signed else [1]:
            result = _apply_op(of, op, sign * m, interpolation=BILINEAR, fill=None)
            case("op " + op, [magnitude, sign], "torchvision", result)

path = pathlib.Path(__file__).with_suffix(".json")
head = {
    "made by": "golden.py",
    "versions": {"torchvision": torchvision.__version__, "torch": torch.__version__, "Pillow": PIL.__version__},
    "channels": C,
    "height": H,
    "width": W,
    "image": pixels.flatten().tolist(),
}
lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
path.write_text(json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}\n")
print(len(cases), "cases")
