"""Writes classifier.onnx, a small network of pictures with random weights; open.onnx, the
same for pictures of any size; picture.png;
and golden.json: what torchvision's transforms and PyTorch make of the picture, and of
x.npy, five samples, y.npy. Made with PyTorch 2.15, torchvision 0.29.2, Pillow 12.1.0."""

import json

import numpy as np
import torch
from PIL import Image
from torch import nn
from torchvision import transforms

torch.manual_seed(3)
random = np.random.RandomState(3)
net = nn.Sequential(
    nn.Conv2d(3, 6, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(6, 8, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 7),
).eval()
with torch.no_grad():
    net[6].weight.mul_(9)
h, w = 12, 16
for name, free in {"classifier.onnx": {0: "n"}, "open.onnx": {0: "n", 2: "h", 3: "w"}}.items():
    torch.onnx.export(
        net, torch.zeros(2, 3, h, w), name, dynamo=False, opset_version=17, input_names=["image"], output_names=["logits"],
        dynamic_axes={"image": free, "logits": {0: "n"}},
    )
pixels = random.randint(0, 256, (31, 47, 3)).astype(np.float64)
pixels[:, :, 0] = np.linspace(0, 255, 47)[None]
pixels[8:20, 10:30] //= 4
Image.fromarray(pixels.astype(np.uint8)).save("picture.png")
image = Image.open("picture.png").convert("RGB")
mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
golden = {}
for name, steps in {
    "": [transforms.Resize(12), transforms.CenterCrop((h, w))],
    "--resize 14": [transforms.Resize(14), transforms.CenterCrop((h, w))],
    "--resize 18x13": [transforms.Resize((13, 18)), transforms.CenterCrop((h, w))],
    "--crop 16x12": [transforms.CenterCrop((h, w))],
    "--resize 9 --crop 16x12": [transforms.Resize(9), transforms.CenterCrop((h, w))],
}.items():
    for flags, more in {
        "": [], " --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225": [transforms.Normalize(mean, std)], " --mean 0.5 --std 0.25": [transforms.Normalize(0.5, 0.25)],
    }.items():
        x = transforms.Compose(steps + [transforms.ToTensor()] + more)(image)
        with torch.no_grad():
            golden[(name + flags).strip()] = torch.softmax(net(x[None])[0].double(), 0).tolist()
json.dump(golden, open("golden.json", "w"), indent=1)
x = random.randn(5, 3, h, w).astype(np.float32)
np.save("x.npy", x)
with torch.no_grad():
    np.save("y.npy", net(torch.tensor(x)).numpy())
