"""Writes shapes.safetensors: what PyTorch makes of an input by moving its elements
about, and by joining two functions of it, in float64, stored as float32, with the
gradient of the loss Σ y·gy.

    python shapes.py
"""

import json

import numpy as np
import safetensors.numpy
import torch
import torch.nn.functional as F

random = np.random.default_rng(2)
tensors, cases = {}, {}


def draw(*shape):
    """Numbers that a float32 holds, to be derived by."""
    return torch.tensor(random.uniform(-2, 2, shape).astype(np.float32).astype(np.float64), requires_grad=True)


def case(name, f):
    x = draw(2, 4, 5, 6)
    y = f(x)
    gy = draw(*y.shape)
    (y * gy).sum().backward()
    cases[name] = {}
    for short, v in {"x": x, "y": y, "gy": gy, "gx": x.grad}.items():
        tensors[f"{name}.{short}"] = np.ascontiguousarray(v.detach().numpy(), dtype=np.float32)


case("pad", lambda x: F.pad(x, (3, 0, 1, 2)))
case("crop", lambda x: x[:, :, 1:3, 0:5])
case("reshape", lambda x: x.reshape(2, 6, 4, 5))
case("permute", lambda x: x.permute(0, 3, 1, 2))
case("slice", lambda x: x[:, 1:3])
case("slice of rows", lambda x: x[:, :, 2:5])
case("sum", lambda x: torch.tanh(x) + F.silu(x))
case("product", lambda x: torch.tanh(x) * F.silu(x))
case("maximum", lambda x: torch.maximum(torch.tanh(x), F.silu(x)))
case("concat", lambda x: torch.cat([torch.tanh(x), F.silu(x)], 1))

about = {"generator": "shapes.py", "seed": 2, "torch": torch.__version__, "numpy": np.__version__}
safetensors.numpy.save_file(tensors, "shapes.safetensors", {"about": json.dumps(about)} | {k: json.dumps(v) for k, v in cases.items()})
print(json.dumps(about))
