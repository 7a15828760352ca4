"""The networks of BenchmarkSuite, and how a peer's steps are timed.

A network is its input (C, H, W) and words: cF conv 3×3 of F filters, padded to keep the size, and ReLU; then
xK for a kernel of K, /S for a stride, v for no padding, t for tanh, n for no bias and a batch norm before the
ReLU; p max-pool 2×2; rF/S residual block; mF/S depthwise 3×3 and 1×1, each with batch norm and ReLU6; g global
average; f flatten; dU dense with ReLU, dUt with tanh; oU dense, logits.
"""
import collections
import re
import time

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
Word = collections.namedtuple("Word", "kind n kernel valid tanh norm stride")

# A way of running a network: start sets weights and optimiser to what they were
# at first, train is a step, settle makes it ready for infer. train may be None.
Way = collections.namedtuple("Way", "start train settle infer")


def words(name):
    for word in NETS[name][1].split():
        kind, n, kernel, valid, tanh, norm, stride = WORD.match(word).groups()
        yield Word(kind, int(n or 0), int(kernel or 3), bool(valid), bool(tanh), bool(norm), int(stride or 1))


def timed(step, batch, least=7, seconds=0.8):
    """The median of a step, in µs a sample."""
    for _ in range(3):
        step()
    took, start = [], time.perf_counter()
    while len(took) < least or time.perf_counter() - start < seconds:
        begun = time.perf_counter()
        step()
        took.append((time.perf_counter() - begun) / batch * 1e6)
    return sorted(took)[len(took) // 2]


def times(ways, batch):
    """Training and inference, each by the fastest of ways."""
    best = []
    for way in ways:
        way.start()
        train = timed(way.train, batch) if way.train else float("nan")
        way.settle()
        best.append((train, timed(way.infer, batch)))
    return tuple(map(min, zip(*best)))
