"""Runs pairs of models, NAME.file.onnx and NAME.folded.onnx, on one random input.

usage: python same.py DIR

A line for each pair that differs, and a last one with the number of those that agree.
"""

import glob
import sys
import warnings

import numpy as np
import onnx
import onnx.reference
import onnxruntime as ort

warnings.filterwarnings("ignore")


def run(path, x):
    options = ort.SessionOptions()
    options.log_severity_level = 4
    try:
        return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"]).run(None, {"x": x})[0]
    except Exception as why:
        try:
            return onnx.reference.ReferenceEvaluator(path).run(None, {"x": x})[0]
        except Exception:
            raise why


agree = 0
for path in sorted(glob.glob(f"{sys.argv[1]}/*.file.onnx")):
    folded = path.replace(".file.onnx", ".folded.onnx")
    try:
        dims = onnx.load(path).graph.input[0].type.tensor_type.shape.dim
        x = np.random.default_rng(0).standard_normal([d.dim_value or 2 for d in dims]).astype(np.float32)
        onnx.checker.check_model(folded)
        want, got = run(path, x), run(folded, x)
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-6)
        agree += got.shape == want.shape
    except Exception as e:
        print(path, " ".join(str(e).split())[:400])
print(agree, "agree")
