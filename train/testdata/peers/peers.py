#!/usr/bin/env python3
"""The networks of BenchmarkSuite in PyTorch and ONNX Runtime, timed on this machine.

usage: peers.py torch|compile|ort NET[,NET…]|all [BATCH [THREADS]]
Prints a line a network: its name, and the µs a sample of a training step (forward, backward, Adam) and of
inference, medians; nan where there is none. torch tries NCHW and channels-last, eager, and prints the better;
compile is torch.compile, which wants a C++ compiler; ort has inference alone, of the network that torch exports.
Needs torch and, for ort, onnx, onnxscript and onnxruntime, from PyPI. AVX2 alone: ONEDNN_MAX_CPU_ISA=AVX2
ATEN_CPU_CAPABILITY=avx2.

A network is its input (C, H, W) and words: cF conv 3×3 of F filters, padded to keep the size, and ReLU; then
xK for a kernel of K, /S for a stride, v for no padding, t for tanh, n for no bias and a batch norm before the
ReLU; p max-pool 2×2; rF/S residual block; mF/S depthwise 3×3 and 1×1, each with batch norm and ReLU6; g global
average; f flatten; dU dense with ReLU, dUt with tanh; oU dense, logits.
"""
import io
import re
import sys
import time

import torch
from torch import nn

NETS = {
    "lesson": ((1, 28, 28), "c64v p c64v p f d128 o10"),
    "lesson-same": ((1, 28, 28), "c64 p c64 p f d128 o10"),
    "simple": ((1, 28, 28), "f d512 o10"),
    "three-conv": ((1, 28, 28), "c32v p c32v p c32v p f d128 o10"),
    "lenet5": ((1, 28, 28), "c6x5t p c16x5vt p f d120t d84t o10"),
    "conv5": ((1, 28, 28), "c32x5 p c64x5 p f d1024 o10"),
    "vgg-small": ((3, 32, 32), "c32 c32 p c64 c64 p f d512 o10"),
    "all-conv": ((3, 32, 32), "c32 c64/2 c128/2 c128x1 g o10"),
    "resnet20": ((3, 32, 32), "c16n r16/1 r16/1 r16/1 r32/2 r32/1 r32/1 r64/2 r64/1 r64/1 g o10"),
    "mobile": ((3, 32, 32), "c32n/2 m64/1 m128/2 m128/1 m256/2 m256/1 g o10"),
    "wide128": ((128, 16, 16), "c128 c128 f o10"),
}
WORD = re.compile(r"([a-z])(\d*)(?:x(\d+))?(v?)(t?)(n?)(?:/(\d+))?$")


class Residual(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.body = nn.Sequential(*conv(channels, filters, 3, stride, norm=True), nn.ReLU(), *conv(filters, filters, 3, 1, norm=True))
        self.shortcut = nn.Identity()
        if channels != filters or stride != 1:
            self.shortcut = nn.Sequential(*conv(channels, filters, 1, stride, norm=True))

    def forward(self, x):
        return torch.relu(self.body(x) + self.shortcut(x))


def conv(channels, filters, kernel, stride, padding=None, norm=False, groups=1):
    padding = kernel // 2 if padding is None else padding
    made = nn.Conv2d(channels, filters, kernel, stride, padding, bias=not norm, groups=groups)
    return [made, nn.BatchNorm2d(filters)] if norm else [made]


def network(name):
    (c, h, w), words = NETS[name]
    layers = []
    for word in words.split():
        kind, n, kernel, valid, tanh, norm, stride = WORD.match(word).groups()
        n, kernel, stride = int(n or 0), int(kernel or 3), int(stride or 1)
        function = nn.Tanh() if tanh else nn.ReLU()
        if kind == "c":
            padding = 0 if valid else kernel // 2
            layers += [*conv(c, n, kernel, stride, padding, bool(norm)), function]
            h, w = ((s + 2 * padding - kernel) // stride + 1 for s in (h, w))
        elif kind == "p":
            layers.append(nn.MaxPool2d(2))
            h, w = h // 2, w // 2
        elif kind == "r":
            layers.append(Residual(c, n, stride))
            h, w = -(-h // stride), -(-w // stride)
        elif kind == "m":
            layers += [*conv(c, c, 3, stride, norm=True, groups=c), nn.ReLU6(), *conv(c, n, 1, 1, norm=True), nn.ReLU6()]
            h, w = -(-h // stride), -(-w // stride)
        elif kind == "g":
            layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
            h = w = 1
        elif kind == "f":
            layers.append(nn.Flatten())
            c, h, w = c * h * w, 1, 1
        else:
            layers += [nn.Linear(c, n)] + ([function] if kind == "d" else [])
        c = n or c
    return nn.Sequential(*layers)


def timed(step, batch, least=7, seconds=0.8):
    for _ in range(3):
        step()
    took, start = [], time.perf_counter()
    while len(took) < least or time.perf_counter() - start < seconds:
        begun = time.perf_counter()
        step()
        took.append((time.perf_counter() - begun) / batch * 1e6)
    return sorted(took)[len(took) // 2]


def torch_times(name, batch, compiled=False):
    best = []
    for last in (False,) if compiled else (False, True):
        net, x, y = network(name), torch.rand(batch, *NETS[name][0]), torch.arange(batch) % 10
        if last:
            net, x = net.to(memory_format=torch.channels_last), x.contiguous(memory_format=torch.channels_last)
        optimizer, loss = torch.optim.Adam(net.parameters(), lr=1e-3, eps=1e-7), nn.CrossEntropyLoss()
        run = torch.compile(net) if compiled else net

        def step():
            optimizer.zero_grad()
            loss(run(x), y).backward()
            optimizer.step()

        train = timed(step, batch)
        net.eval()
        run = torch.compile(net) if compiled else net
        with torch.no_grad():
            best.append((train, timed(lambda: run(x), batch)))
    return tuple(map(min, zip(*best)))


def ort_times(name, batch, threads):
    import onnxruntime

    x, file = torch.rand(batch, *NETS[name][0]), io.BytesIO()
    torch.onnx.export(network(name).eval(), (x,), dynamo=True, verbose=False).save(file)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(file.getvalue(), options, providers=["CPUExecutionProvider"])
    feed = {session.get_inputs()[0].name: x.numpy()}
    return float("nan"), timed(lambda: session.run(None, feed), batch)


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in ("torch", "compile", "ort"):
        sys.exit(__doc__)
    batch = int(sys.argv[3]) if len(sys.argv) > 3 else 32
    threads = int(sys.argv[4]) if len(sys.argv) > 4 else 2
    torch.set_num_threads(threads)
    for name in NETS if sys.argv[2] == "all" else sys.argv[2].split(","):
        times = ort_times(name, batch, threads) if sys.argv[1] == "ort" else torch_times(name, batch, sys.argv[1] == "compile")
        print(name, "%.1f %.1f" % times, flush=True)


if __name__ == "__main__":
    main()
