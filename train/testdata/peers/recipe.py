#!/usr/bin/env python3
"""The recipes of the README's accuracies in PyTorch, to be held against ours.

usage: recipe.py mnist|fashion|lesson DIR [SEED …]
DIR has the four .gz files of the dataset. Prints the test accuracy of each seed (1, 2 and 3 if none is
given) and their mean. Needs torch and numpy, from PyPI.

mnist and fashion are nets.VGGSmall with nets.Config.Dropout; weights, AdamW and the schedule are as
`--net vgg-small --dropout 0.4 --optimizer adamw --weight-decay 0.01 --lr 0.002 --schedule one-cycle --batch 64`
has them. lesson is what `fashion` trains without flags. Only random numbers differ.
"""
import gzip
import os
import sys
import time

import numpy as np
import torch
from torch import nn

EPOCHS = {"mnist": 6, "fashion": 8, "lesson": 5}
BATCH, RATE, DECAY, DROPOUT = 64, 0.002, 0.01, 0.4


def read(path):
    """An IDX file: the sizes are big-endian, the fourth byte says how many there are."""
    with gzip.open(path) as f:
        data = f.read()
    dims = data[3]
    shape = np.frombuffer(data, ">u4", dims, 4)
    return torch.tensor(np.frombuffer(data, np.uint8, offset=4 + 4 * dims).reshape(shape).copy())


def load(folder, part):
    images = read(os.path.join(folder, f"{part}-images-idx3-ubyte.gz"))
    labels = read(os.path.join(folder, f"{part}-labels-idx1-ubyte.gz"))
    return images.float()[:, None].div(255).contiguous(memory_format=torch.channels_last), labels.long()


def lesson():
    """Without padding, 28→26→13→11→5."""
    layers = [nn.Conv2d(1, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(64, 64, 3), nn.ReLU(), nn.MaxPool2d(2)]
    return layers + [nn.Flatten(), nn.Linear(1600, 128), nn.ReLU(), nn.Linear(128, 10)]


def vgg_small():
    layers, channels = [], 1
    for filters in (32, 64):
        for _ in range(2):
            layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU()]
            channels = filters
        layers.append(nn.MaxPool2d(2))
    return layers + [nn.Flatten(), nn.Dropout(DROPOUT), nn.Linear(64 * 7 * 7, 512), nn.ReLU(), nn.Dropout(DROPOUT), nn.Linear(512, 10)]


def network(layers):
    net = nn.Sequential(*layers)
    for layer in net:
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    return net.to(memory_format=torch.channels_last)


def plan(name, samples):
    """A network, the size of batches, an optimiser and the schedule of its rate."""
    if name == "lesson":
        net = network(lesson())
        optimizer = torch.optim.Adam(net.parameters(), lr=0.001, eps=1e-7)
        return net, 32, optimizer, torch.optim.lr_scheduler.ConstantLR(optimizer, 1)
    net = network(vgg_small())
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, eps=1e-7, weight_decay=DECAY)
    steps = EPOCHS[name] * -(-samples // BATCH)
    return net, BATCH, optimizer, torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, cycle_momentum=False)


def train(name, images, labels, seed):
    torch.manual_seed(seed)
    net, batch, optimizer, schedule = plan(name, len(labels))
    loss = nn.CrossEntropyLoss()
    for _ in range(EPOCHS[name]):
        for index in torch.randperm(len(labels)).split(batch):
            optimizer.zero_grad()
            loss(net(images[index]), labels[index]).backward()
            optimizer.step()
            schedule.step()
    return net.eval()


def accuracy(net, images, labels):
    with torch.no_grad():
        right = sum((net(x).argmax(1) == y).sum().item() for x, y in zip(images.split(500), labels.split(500)))
    return right / len(labels)


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in EPOCHS:
        sys.exit(__doc__)
    name, folder = sys.argv[1:3]
    seeds = [int(s) for s in sys.argv[3:]] or [1, 2, 3]
    images, labels = load(folder, "train")
    test = load(folder, "t10k")
    found = []
    for seed in seeds:
        start = time.perf_counter()
        found.append(accuracy(train(name, images, labels, seed), *test))
        print(f"{name}, seed {seed}: {found[-1]:.4f} in {time.perf_counter() - start:.0f} s", flush=True)
    print(f"{name}, mean: {sum(found) / len(found):.4f}")


if __name__ == "__main__":
    main()
