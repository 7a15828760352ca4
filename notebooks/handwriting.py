"""Trains a small network on MNIST, and writes it to handwriting.onnx, as a colleague who
works with PyTorch might: python handwriting.py FOLDER, that of MNIST's four files. Which
05-a-network-from-python.ipynb goes on from. The file here was made with PyTorch 2.15, onnx
1.23 and onnxscript 0.7 on a processor."""

import gzip
import json
import pathlib
import sys

import numpy as np
import onnx
import torch
from torch import nn
from torch.nn import functional

folder = pathlib.Path(sys.argv[1])
epochs, batch = 3, 128


def images(name):
    pixels = np.frombuffer(gzip.open(folder / name).read(), np.uint8, offset=16)
    return torch.tensor(pixels.reshape(-1, 1, 28, 28) / np.float32(255))


def labels(name):
    return torch.tensor(np.frombuffer(gzip.open(folder / name).read(), np.uint8, offset=8).astype(np.int64))


torch.manual_seed(1)
x, y = images("train-images-idx3-ubyte.gz"), labels("train-labels-idx1-ubyte.gz")
net = nn.Sequential(
    nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Dropout(0.25),
    nn.Linear(576, 64), nn.ReLU(), nn.Linear(64, 10),
)  # fmt: skip
adam = torch.optim.Adam(net.parameters())
rate = torch.optim.lr_scheduler.OneCycleLR(adam, 4e-3, total_steps=epochs * (len(x) // batch))
for _ in range(epochs):
    for k in torch.randperm(len(x))[: len(x) // batch * batch].split(batch):
        adam.zero_grad()
        functional.cross_entropy(net(x[k]), y[k]).backward()
        adam.step()
        rate.step()
net.eval()

bar = torch.zeros(1, 1, 28, 28)  # a picture that anybody can make again
bar[:, :, 4:24, 12:16] = 1
with torch.no_grad():
    right = net(images("t10k-images-idx3-ubyte.gz")).argmax(1) == labels("t10k-labels-idx1-ubyte.gz")
    logits = net(bar)[0].tolist()

torch.onnx.export(
    net, (x[:2],), "handwriting.onnx", input_names=["input"], output_names=["logits"],
    dynamic_shapes=({0: torch.export.Dim("n")},), external_data=False, verbose=False,
)  # fmt: skip
model = onnx.load("handwriting.onnx")
model.graph.name = "handwriting"
onnx.helper.set_model_props(model, {
    "classes": json.dumps([str(digit) for digit in range(10)]),
    "test accuracy": f"{right.float().mean():.4f}",
    "logits of a bar": json.dumps([round(v, 4) for v in logits]),
    "trained with": "PyTorch " + torch.__version__.split("+")[0],
})  # fmt: skip
for node in model.graph.node:
    del node.metadata_props[:]  # of where in Python's code it was made
    node.doc_string = ""
onnx.save(model, "handwriting.onnx")
