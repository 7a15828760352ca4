#!/usr/bin/env python3
"""The README's recipes on CIFAR-10 in PyTorch, to be held against ours.

usage: cifar.py resnet20|vgg-small ARCHIVE [SEED …]
ARCHIVE is a zip of pictures, in folders named train/CLASS and test/CLASS. Prints the test accuracy of each
seed (1 if none is given) and the seconds it took. Needs torch, numpy and pillow, from PyPI.

Both crop out of a frame of 4 pixels and flip half of the pictures, normalise by the training pictures' mean
and deviation, and take one cycle: resnet20 30 epochs with
`--batch 128 --optimizer sgd --momentum 0.9 --lr 0.1 --weight-decay 0.005`, vgg-small 10 with
`--batch 64 --optimizer adamw --lr 0.002 --weight-decay 0.01 --dropout 0.4`. Only random numbers differ, and
where SGD's decay goes: PyTorch's 0.0005 is added to the gradient, so that a momentum of 0.9 makes ten times
as much of it; ours shrinks the weights by itself.
"""
import io
import sys
import time
import zipfile

import numpy as np
import torch
from PIL import Image
from torch import nn

RECIPES = {"resnet20": (30, 128, 0.1), "vgg-small": (10, 64, 0.002)}  # epochs, batch, rate


def load(path):
    """The two parts, as bytes (N, C, H, W) and labels in the order of the classes' names."""
    with zipfile.ZipFile(path) as archive:
        names = sorted(n for n in archive.namelist() if n.lower().endswith((".jpg", ".jpeg", ".png")))
        classes = sorted({n.split("/")[-2] for n in names})
        parts = {}
        for part in ("train", "test"):
            of = [n for n in names if n.split("/")[-3] == part]
            images = [np.asarray(Image.open(io.BytesIO(archive.read(n))).convert("RGB")) for n in of]
            labels = [classes.index(n.split("/")[-2]) for n in of]
            parts[part] = torch.tensor(np.stack(images)).permute(0, 3, 1, 2).contiguous(), torch.tensor(labels)
    return parts


class Residual(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.body = nn.Sequential(*normalised(channels, filters, 3, stride), nn.ReLU(), *normalised(filters, filters, 3, 1))
        same = channels == filters and stride == 1
        self.shortcut = nn.Identity() if same else nn.Sequential(*normalised(channels, filters, 1, stride))

    def forward(self, x):
        return torch.relu(self.body(x) + self.shortcut(x))


def normalised(channels, filters, kernel, stride):
    return nn.Conv2d(channels, filters, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(filters)


def resnet20():
    layers, channels = [*normalised(3, 16, 3, 1), nn.ReLU()], 16
    for filters in (16, 32, 64):
        for block in range(3):
            layers.append(Residual(channels, filters, 2 if block == 0 and filters > 16 else 1))
            channels = filters
    return layers + [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)]


def vgg_small():
    layers, channels = [], 3
    for filters in (32, 64):
        for _ in range(2):
            layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU()]
            channels = filters
        layers.append(nn.MaxPool2d(2))
    return layers + [nn.Flatten(), nn.Dropout(0.4), nn.Linear(64 * 8 * 8, 512), nn.ReLU(), nn.Dropout(0.4), nn.Linear(512, 10)]


def network(name):
    net = nn.Sequential(*(resnet20() if name == "resnet20" else vgg_small()))
    for m in net.modules():
        if isinstance(m, nn.Conv2d) and name == "resnet20":
            nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
        elif isinstance(m, (nn.Conv2d, nn.Linear)):
            nn.init.xavier_uniform_(m.weight)
        if isinstance(m, (nn.Conv2d, nn.Linear)) and m.bias is not None:
            nn.init.zeros_(m.bias)
    return net.to(memory_format=torch.channels_last)


def augmented(images):
    """Each picture cropped at a place of its own out of a frame of 4 black pixels, and flipped or not."""
    n, channels, height, width = images.shape
    framed = nn.functional.pad(images, (4, 4, 4, 4))
    top, left = torch.randint(0, 9, (2, n))
    rows = top[:, None] + torch.arange(height)
    columns = left[:, None] + torch.arange(width)
    columns = torch.where((torch.rand(n) < 0.5)[:, None], columns.flip(1), columns)
    index = torch.arange(n)[:, None, None]
    return framed[index, :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def train(name, images, labels, scale, seed):
    torch.manual_seed(seed)
    epochs, batch, rate = RECIPES[name]
    net = network(name)
    if name == "resnet20":
        optimizer = torch.optim.SGD(net.parameters(), lr=rate, momentum=0.9, weight_decay=0.0005)
    else:
        optimizer = torch.optim.AdamW(net.parameters(), lr=rate, eps=1e-7, weight_decay=0.01)
    steps = epochs * -(-len(labels) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, cycle_momentum=False)
    loss = nn.CrossEntropyLoss()
    for _ in range(epochs):
        for index in torch.randperm(len(labels)).split(batch):
            optimizer.zero_grad()
            loss(net(scale(augmented(images[index]))), labels[index]).backward()
            optimizer.step()
            schedule.step()
    return net.eval()


def accuracy(net, images, labels, scale):
    with torch.no_grad():
        right = sum((net(scale(x)).argmax(1) == y).sum().item() for x, y in zip(images.split(500), labels.split(500)))
    return right / len(labels)


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in RECIPES:
        sys.exit(__doc__)
    name, path = sys.argv[1:3]
    parts = load(path)
    pixels = parts["train"][0].double() / 255
    mean, deviation = pixels.mean((0, 2, 3)).float(), pixels.std((0, 2, 3)).float()
    del pixels

    def scale(x):
        x = x.float() / 255
        return ((x - mean[:, None, None]) / deviation[:, None, None]).contiguous(memory_format=torch.channels_last)

    for seed in [int(s) for s in sys.argv[3:]] or [1]:
        start = time.perf_counter()
        net = train(name, *parts["train"], scale, seed)
        print(f"{name}, seed {seed}: {accuracy(net, *parts['test'], scale):.4f} in {time.perf_counter() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
