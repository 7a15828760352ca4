"""Runs models in onnxruntime on the inputs of the networks that they were made of.

usage: python nets.py NETS MODELS

NETS has NAME.x.npy and NAME.y.npy, MODELS has NAME.EXPORTER.onnx. A line for each that
differs by more than 1e-4 of the largest.
"""

import glob
import os
import sys

import numpy as np
import onnxruntime as ort

for path in sorted(glob.glob(f"{sys.argv[2]}/*.onnx")):
    name = f"{sys.argv[1]}/{os.path.basename(path).split('.')[0]}"
    x, want = np.load(f"{name}.x.npy"), np.load(f"{name}.y.npy")
    options = ort.SessionOptions()
    options.log_severity_level = 4
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    (got,) = session.run(None, {session.get_inputs()[0].name: x})
    if not np.abs(got - want).max() <= 1e-4 * np.abs(want).max():
        print(os.path.basename(path), "differs by", np.abs(got - want).max())
