"""Writes convolutions.safetensors: what PyTorch makes of a layer's input and
weights, in float64, stored as float32, with the gradients of the loss Σ y·gy. All
of it is held against Keras' layers of the same weights, on JAX, in float64.

    JAX_ENABLE_X64=1 KERAS_BACKEND=jax python convolutions.py
"""

import json

import jax
import keras
import numpy as np
import safetensors.numpy
import torch
import torch.nn.functional as F

keras.backend.set_floatx("float64")
random = np.random.default_rng(1)
tensors, cases, furthest = {}, {}, 0.0


def draw(*shape):
    """Numbers that a float32 holds, to be derived by."""
    return torch.tensor(random.uniform(-1, 1, shape).astype(np.float32).astype(np.float64), requires_grad=True)


def same(n, k, stride, dilation):
    """Keras' padding: the odd one behind."""
    total = max((-(-n // stride) - 1) * stride + dilation * (k - 1) + 1 - n, 0)
    return [total // 2, total - total // 2]


def against_keras(layer, x, weights, gy, ours):
    """Compares y and the gradients by x and the weights, channels last."""
    global furthest
    last = lambda a: np.moveaxis(a, 1, -1)
    layer.build(last(x).shape)

    def y(x, weights):
        return layer.stateless_call(weights, [], x)[0]

    out, back = jax.vjp(y, last(x), [np.asarray(w) for w in weights])
    by_x, by_weights = back(jax.numpy.asarray(last(gy)))
    for want, got in zip(ours, [np.moveaxis(np.asarray(out), -1, 1), np.moveaxis(np.asarray(by_x), -1, 1), *map(np.asarray, by_weights)], strict=True):
        furthest = max(furthest, float(np.abs(want - got).max()))


def case(group, attributes, x, weights, y, layer, to_keras):
    """Keeps a case. to_keras turns a weight, or its gradient, into Keras'."""
    gy = draw(*y.shape)
    (y * gy).sum().backward()
    name = f"{group}.{sum(k.startswith(group) for k in cases):02}"
    cases[name] = attributes
    kept = {"x": x, "y": y, "gy": gy, "gx": x.grad}
    for short, w in weights.items():
        kept |= {short: w, "g" + short: w.grad}
    kept = {k: v.detach().numpy() for k, v in kept.items()}
    tensors.update({f"{name}.{k}": np.ascontiguousarray(v, dtype=np.float32) for k, v in kept.items()})
    if layer:
        keras_weights = [to_keras[short](kept[short]) for short in weights]
        ours = [kept["y"], kept["gx"]] + [to_keras[short](kept["g" + short]) for short in weights]
        against_keras(layer, kept["x"], keras_weights, kept["gy"], ours)


def conv1d(shape, filters, kernel, stride=1, dilation=1, padding=(0, 0), groups=1, bias=True):
    """padding is [before, after], "same" or "causal", which are Keras'."""
    words = padding if isinstance(padding, str) else "valid"
    if padding == "same":
        padding = same(shape[2], kernel, stride, dilation)
    elif padding == "causal":
        padding = [dilation * (kernel - 1), 0]
    x, weights = draw(*shape), {"w": draw(filters, shape[1] // groups, kernel)}
    if bias:
        weights["b"] = draw(filters)
    y = F.conv1d(F.pad(x, list(padding)), weights["w"], weights.get("b"), stride, 0, dilation, groups)
    layer = keras.layers.Conv1D(filters, kernel, stride, words, dilation_rate=dilation, groups=groups, use_bias=bias)
    if words == "valid" and any(padding):
        layer = None
    attributes = dict(filters=filters, kernel=kernel, stride=stride, dilation=dilation, padding=list(padding), groups=groups, bias=bias, same=words == "same")
    case("conv1d", attributes, x, weights, y, layer, {"w": lambda w: w.transpose(2, 1, 0), "b": lambda b: b})


def separable(shape, filters, kernel, multiplier=1, stride=1, dilation=1, padding=(0, 0, 0, 0), bias=True):
    """padding is [top, bottom, left, right], or "same", which is Keras'."""
    words = padding if isinstance(padding, str) else "valid"
    channels, (high, wide) = shape[1], kernel
    if padding == "same":
        padding = same(shape[2], high, stride, dilation) + same(shape[3], wide, stride, dilation)
    x = draw(*shape)
    weights = {"depthwise": draw(channels * multiplier, 1, high, wide), "pointwise": draw(filters, channels * multiplier, 1, 1)}
    if bias:
        weights["b"] = draw(filters)
    padded = F.pad(x, [*padding[2:], *padding[:2]])
    y = F.conv2d(F.conv2d(padded, weights["depthwise"], None, stride, 0, dilation, channels), weights["pointwise"], weights.get("b"))
    layer = keras.layers.SeparableConv2D(filters, kernel, stride, words, dilation_rate=dilation, depth_multiplier=multiplier, use_bias=bias)
    if words == "valid" and any(padding):
        layer = None
    attributes = dict(filters=filters, kernel=list(kernel), multiplier=multiplier, stride=stride, dilation=dilation, padding=list(padding), bias=bias, same=words == "same")
    case("separable", attributes, x, weights, y, layer, {
        "depthwise": lambda w: w.reshape(channels, multiplier, high, wide).transpose(2, 3, 0, 1),
        "pointwise": lambda w: w.transpose(2, 3, 1, 0),
        "b": lambda b: b,
    })


conv1d((2, 3, 9), 4, 3)
conv1d((2, 3, 9), 4, 3, padding=(1, 1))
conv1d((3, 2, 11), 5, 4, stride=2, padding="same")
conv1d((2, 4, 12), 3, 3, dilation=2, bias=False)
conv1d((2, 6, 8), 6, 3, groups=3, padding="causal")
conv1d((2, 4, 10), 2, 2, stride=3, padding=(2, 1), groups=2)
separable((2, 3, 7, 6), 5, (3, 3))
separable((2, 3, 7, 6), 5, (3, 3), padding=(1, 1, 1, 1), bias=False)
separable((2, 2, 9, 8), 3, (3, 4), multiplier=2, stride=2, padding="same")
separable((1, 3, 8, 9), 4, (2, 3), multiplier=3, dilation=2)
separable((2, 4, 6, 7), 3, (3, 3), stride=2, padding=(0, 1, 1, 2))

assert furthest < 1e-12, furthest
about = {
    "generator": "convolutions.py", "seed": 1, "torch": torch.__version__, "keras": keras.__version__, "jax": jax.__version__, "numpy": np.__version__,
    "furthest from keras": furthest,
}
safetensors.numpy.save_file(tensors, "convolutions.safetensors", {"about": json.dumps(about)} | {k: json.dumps(v) for k, v in cases.items()})
print(json.dumps(about))
