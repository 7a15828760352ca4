"""Checks models with onnx' checker and runs them in onnxruntime.

usage: python runonnx.py DIR

DIR/names has a name a line; the model of line I, counted from 0, is DIR/I.onnx, its
inputs and outputs are DIR/I.input.K.npy and DIR/I.output.K.npy, in the model's order.
A line for each model that the checker refuses, that does not run, or of whose outputs
one differs by more than 1e-4 of its largest value; and a last one with the number of
those that agree.
"""

import os
import sys

import numpy as np
import onnx
import onnxruntime

directory = sys.argv[1]


def load(model, kind, count):
    return [np.load(f"{directory}/{model}.{kind}.{k}.npy") for k in range(count)]


def run(model):
    path = f"{directory}/{model}.onnx"
    onnx.checker.check_model(path, full_check=True)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    names = [i.name for i in session.get_inputs()]
    outputs = session.run(None, dict(zip(names, load(model, "input", len(names)))))
    for k, (got, want) in enumerate(zip(outputs, load(model, "output", len(outputs)))):
        if got.dtype != want.dtype or got.shape != want.shape:
            raise ValueError(f"output {k}: want {want.dtype} {want.shape}, got {got.dtype} {got.shape}")
        finite = np.isfinite(want)
        if not np.array_equal(got[~finite], want[~finite]):
            raise ValueError(f"output {k}: what is not finite differs")
        off = np.abs(got[finite] - want[finite]).max(initial=0)
        if not off <= 1e-4 * np.abs(want[finite]).max(initial=0):
            raise ValueError(f"output {k} is {off} off, of {np.abs(want[finite]).max(initial=0)}")


agree = 0
with open(f"{directory}/names", encoding="utf-8") as names:
    for model, name in enumerate(names):
        try:
            run(model)
            agree += 1
        except Exception as e:
            print(f"{name.strip()}: {' '.join(str(e).split())[:300]}")
print(agree, "agree")
