"""Writes operators.safetensors: what PyTorch makes of an input, in float64, stored as
float32, with the gradient of the loss Σ y·gy, and what ONNX' reference evaluator
makes of one, without.

    python operators.py
"""

import json

import numpy as np
import onnx
import safetensors.numpy
import torch
import torch.nn.functional as F
from onnx.reference import ReferenceEvaluator

random = np.random.default_rng(3)
tensors, cases = {}, {}


def numbers(*shape):
    """Numbers that a float32 holds."""
    return random.uniform(-2, 2, shape).astype(np.float32)


def keep(name, about, **arrays):
    cases[name] = about
    for short, v in arrays.items():
        tensors[f"{name}.{short}"] = np.ascontiguousarray(v, dtype=np.float32)


def case(name, f, shape=(2, 4, 5, 6)):
    x = torch.tensor(numbers(*shape).astype(np.float64), requires_grad=True)
    y = f(x)
    gy = torch.tensor(numbers(*y.shape).astype(np.float64))
    (y * gy).sum().backward()
    keep(name, {}, x=x.detach(), y=y.detach(), gy=gy, gx=x.grad)


case("functions", lambda x: torch.log(torch.sqrt(torch.exp(torch.celu(torch.abs(-x) - 1, 0.7)))) * 1.5 + 0.25)
case("gates", lambda x: torch.reciprocal(F.softplus(F.hardtanh(F.threshold(x, 0.5, 0), -1.5, 1.2))) ** 1.7)
case("erf", lambda x: torch.erf(x) + x * torch.sigmoid(1.702 * x))
case("difference", lambda x: torch.tanh(x) - x.mean((2, 3), keepdim=True))
case("quotient", lambda x: F.softplus(x) / F.softplus(x.sum(1, keepdim=True)))
case("minimum", lambda x: torch.minimum(torch.tanh(x), x.amax((3,), keepdim=True) - 1.5))
case("power", lambda x: F.softplus(x) ** x.mean((1, 2)).reshape(2, 1, 1, 6))
case("matmul", lambda x: torch.tanh(x) @ x.transpose(2, 3))
case("matmul, one for all", lambda x: torch.tanh(x) @ x.amin((1,), keepdim=True).transpose(2, 3))
case("softmax of rows", lambda x: torch.softmax(x, 2))
case("log softmax of columns", lambda x: torch.log_softmax(x, 3))
case("layer norm of the last two", lambda x: F.layer_norm(x, x.shape[2:], eps=1e-5))
case("group norm of a volume", lambda x: F.group_norm(x, 2, eps=1e-5), (2, 4, 3, 2, 3))
case("local response norm", lambda x: F.local_response_norm(x, 3, 0.5, 0.6, 1.5))
case("bilinear, corners", lambda x: F.interpolate(x, (7, 4), mode="bilinear", align_corners=True))
case("bilinear, scaled", lambda x: F.interpolate(x, scale_factor=(1.7, 0.8), mode="bilinear", align_corners=False, recompute_scale_factor=False))
case("nearest", lambda x: F.interpolate(x, (7, 4), mode="nearest"))
case("nearest, exact", lambda x: F.interpolate(x, (8, 4), mode="nearest-exact"))
case("pixel shuffle", lambda x: F.pixel_shuffle(x, 2))
case("pixel unshuffle", lambda x: F.pixel_unshuffle(x[:, :, :4], 2))
case("pad, constant", lambda x: F.pad(x, (1, -2, 0, 3, 2, 0), value=0.75))
case("pad, reflect", lambda x: F.pad(x, (3, 1, 0, 4), mode="reflect"))
case("pad, edge", lambda x: F.pad(x, (3, 1, 0, 7), mode="replicate"))
case("pad, wrap", lambda x: F.pad(x, (3, 1, 0, 4), mode="circular"))
case("flip", lambda x: torch.flip(x, (3,)))
case("take", lambda x: torch.index_select(x, 2, torch.tensor([4, 0, 0, 3])))
case("tile", lambda x: x.repeat(1, 2, 1, 3))
case("expand", lambda x: x[:, :, :1].expand(2, 4, 3, 6))
case("concat of columns", lambda x: torch.cat([torch.tanh(x), x[:, :, :, 1:3]], 3))


def reference(name, op, x, *constants, **attributes):
    """ONNX' of one node, whose other inputs are constants."""
    inputs = ["x"] + [f"c{i}" if c is not None else "" for i, c in enumerate(constants)]
    node = onnx.helper.make_node(op, inputs, ["y"], **attributes)
    value = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph([node], "g", [value("x", 1, x.shape)], [value("y", 1, None)],
                                   [onnx.numpy_helper.from_array(c, f"c{i}") for i, c in enumerate(constants) if c is not None])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 19)])
    (y,) = ReferenceEvaluator(model).run(None, {"x": x})
    keep(name, {"op": op} | {k: v for k, v in attributes.items()}, x=x, y=y)


image = numbers(1, 1, 5, 6)
for coordinates in ["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel", "half_pixel_symmetric"]:
    for scales in [(1.7, 0.6), (2, 3), (0.3, 1)]:
        if coordinates == "pytorch_half_pixel" and scales == (0.3, 1):
            continue  # to one pixel of a length of 1.5, where the evaluator is not what the operator's text says
        about = dict(coordinate_transformation_mode=coordinates)
        s = np.array((1, 1) + scales, dtype=np.float32)
        reference(f"resize/{coordinates} {scales} linear", "Resize", image, None, s, mode="linear", **about)
        cases[f"resize/{coordinates} {scales} linear"]["scales"] = [float(v) for v in s[2:]]
        for nearest in ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]:
            name = f"resize/{coordinates} {scales} {nearest}"
            reference(name, "Resize", image, None, s, mode="nearest", nearest_mode=nearest, **about)
            cases[name]["scales"] = [float(v) for v in s[2:]]
reference("onnx/local response norm", "LRN", numbers(6, 6, 1, 2), size=4, alpha=0.5, beta=0.6, bias=1.5)
reference("onnx/depth to space", "DepthToSpace", numbers(1, 8, 2, 3), blocksize=2)
reference("onnx/space to depth", "SpaceToDepth", numbers(1, 2, 4, 6), blocksize=2)
reference("onnx/max pool", "MaxPool", image, kernel_shape=[3, 3], pads=[2, 2, 2, 2])
reference("onnx/average pool", "AveragePool", image, kernel_shape=[3, 3], pads=[2, 2, 2, 2], count_include_pad=1)
reference("onnx/average pool, dilated", "AveragePool", image, kernel_shape=[2, 2], dilations=[2, 3], strides=[1, 1])
reference("onnx/layer norm", "LayerNormalization", numbers(2, 3, 4, 5), np.ones((4, 5), np.float32), np.zeros((4, 5), np.float32), axis=2, epsilon=0.01)
reference("onnx/celu", "Celu", image, alpha=1.3)
reference("onnx/thresholded relu", "ThresholdedRelu", image, alpha=0.8)
reference("onnx/mean", "ReduceMean", image, np.array([1, -1]), keepdims=0)

case("bicubic", lambda x: F.interpolate(x, (7, 4), mode="bicubic", align_corners=False))
case("bicubic, corners", lambda x: F.interpolate(x, (4, 9), mode="bicubic", align_corners=True))
case("bicubic, scaled", lambda x: F.interpolate(x, scale_factor=(1.7, 0.8), mode="bicubic", align_corners=False, recompute_scale_factor=False))
case("bilinear, antialiased", lambda x: F.interpolate(x, (7, 2), mode="bilinear", antialias=True))
case("bicubic, antialiased", lambda x: F.interpolate(x, (2, 7), mode="bicubic", antialias=True))
for name, attributes in {
    "cubic": dict(mode="cubic"),
    "cubic within": dict(mode="cubic", cubic_coeff_a=-0.5, exclude_outside=1),
    "cubic antialiased": dict(mode="cubic", antialias=1),
    "cubic antialiased within": dict(mode="cubic", antialias=1, exclude_outside=1),
    "linear antialiased": dict(mode="linear", antialias=1),
}.items():
    for coordinates in ["half_pixel", "asymmetric", "align_corners", "half_pixel_symmetric"]:
        for scales in [(0.4, 0.35), (3, 1.5)]:
            s = np.array((1, 1) + scales, dtype=np.float32)
            about = dict(coordinate_transformation_mode=coordinates, **attributes)
            reference(f"resize/{coordinates} {scales} {name}", "Resize", image, None, s, **about)
            cases[f"resize/{coordinates} {scales} {name}"]["scales"] = [float(v) for v in s[2:]]
for mode in ["nearest", "linear", "cubic"]:
    for region in [(-0.2, 0.1, 0.7, 1.3), (0.9, 1, 0.2, -0.1)]:
        roi, sizes = np.array((0, 0) + region[:2] + (1, 1) + region[2:], dtype=np.float32), np.array((1, 1, 6, 5))
        about = dict(coordinate_transformation_mode="tf_crop_and_resize", extrapolation_value=0.5, mode=mode)
        reference(f"resize/{region} {mode}", "Resize", image, roi, None, sizes, **about)
        cases[f"resize/{region} {mode}"] |= {"size": [6, 5], "region": region}

about = {"generator": "operators.py", "seed": 3, "torch": torch.__version__, "onnx": onnx.__version__, "numpy": np.__version__}
safetensors.numpy.save_file(tensors, "operators.safetensors", {"about": json.dumps(about)} | {k: json.dumps(v) for k, v in cases.items()})
print(json.dumps(about), len(cases))
