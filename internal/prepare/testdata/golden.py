"""Writes picture.png, grey.png and golden.npz: what torchvision's transforms make
of them. Made with torchvision 0.29.2 and Pillow 12.1.0; names are C-SHORT|WxH-CROP."""

import numpy as np
from PIL import Image
from torchvision import transforms

random = np.random.RandomState(7)
h, w = 29, 41
y, x = np.mgrid[0:h, 0:w]
rgb = np.stack([x * 255 // (w - 1), y * 255 // (h - 1), random.randint(0, 256, (h, w))], -1).astype(np.uint8)
rgb[10:14, 10:14] = 255
Image.fromarray(rgb).save("picture.png")
tall = random.randint(0, 256, (53, 18)).astype(np.uint8)
Image.fromarray(tall).save("grey.png")

pictures = {"picture": Image.open("picture.png"), "grey": Image.open("grey.png")}
golden = {}
for name, image in pictures.items():
    for mode, channels in (("L", 1), ("RGB", 3)):
        for resize, crop in [
            (None, (20, 20)), (16, (14, 14)), (16, None), (17, (12, 9)), (29, (24, 24)), (18, (15, 15)), (64, (60, 61)), ((10, 30), None),
            ((50, 50), (33, 20)), (None, (45, 60)), (8, (20, 5)), (None, (17, 18)), (1, None),
        ]:
            steps = []
            if resize is not None:  # (width, height) here, the other way there
                steps.append(transforms.Resize(resize if isinstance(resize, int) else resize[::-1], antialias=True))
            if crop is not None:
                steps.append(transforms.CenterCrop(crop[::-1]))
            made = np.asarray(transforms.Compose(steps)(image.convert(mode)))
            if channels == 1:
                made = made[..., None]
            of = lambda v: "%dx%d" % v if isinstance(v, tuple) else str(v or 0)
            golden["%s-%d-%s-%s" % (name, channels, of(resize), of(crop))] = made.transpose(2, 0, 1).copy()
np.savez_compressed("golden.npz", **golden)
