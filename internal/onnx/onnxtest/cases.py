"""Writes the tests that the Python package onnx publishes as folders.

usage: python cases.py DIR

DIR/KIND/NAME has model.onnx, test_data_set_0/{input,output}_I.pb and data.json with the
tolerances. What the package has as files is copied; the tests of operators, kind "node",
it makes when asked, and the inputs of its networks, kind "light". Of values that are not tensors there is no file.
"""

import glob
import json
import os
import shutil
import sys
import warnings

import numpy as np
import onnx
import onnx.backend.test
from onnx.backend.test import loader

warnings.filterwarnings("ignore")


def write(path, message):
    with open(path, "wb") as f:
        f.write(message.SerializeToString())


def values(folder, role, items):
    for i, v in enumerate(items):
        if isinstance(v, (np.ndarray, np.generic)):
            v = onnx.numpy_helper.from_array(np.asarray(v))
        if isinstance(v, onnx.TensorProto):
            write(f"{folder}/{role}_{i}.pb", v)


def light(data, out):
    """Whole networks whose weights are made of one number each, of their shapes."""
    for path in sorted(glob.glob(f"{data}/light/light_*.onnx")):
        name = os.path.splitext(os.path.basename(path))[0]
        model = onnx.load(path)
        initializers = {i.name for i in model.graph.initializer}
        inputs = [i for i in model.graph.input if i.name not in initializers]
        shapes = [[d.dim_value for d in i.type.tensor_type.shape.dim] for i in inputs]
        sizes = [np.prod(s) for s in shapes]
        # What onnx.backend.test.runner gives them.
        xs = [(np.arange(n).reshape(s) / n).astype(np.float32) for n, s in zip(sizes, shapes)]
        folder = f"{out}/light/{name}"
        os.makedirs(f"{folder}/test_data_set_0")
        shutil.copy(path, f"{folder}/model.onnx")
        values(f"{folder}/test_data_set_0", "input", xs)
        shutil.copy(f"{data}/light/{name}_output_0.pb", f"{folder}/test_data_set_0/output_0.pb")


def main(out):
    data = os.path.join(os.path.dirname(onnx.backend.test.__file__), "data")
    for kind in sorted(os.listdir(data)):
        if kind in ("simple", "pytorch-operator", "pytorch-converted"):
            shutil.copytree(f"{data}/{kind}", f"{out}/{kind}")
    light(data, out)
    for case in loader.load_model_tests(kind="node"):
        folder = f"{out}/node/{case.name}"
        data_set = f"{folder}/test_data_set_0"
        os.makedirs(data_set)
        write(f"{folder}/model.onnx", case.model)
        inputs, outputs = case.data_sets[0]
        values(data_set, "input", inputs)
        values(data_set, "output", outputs)
        with open(f"{folder}/data.json", "w") as f:
            json.dump({"rtol": case.rtol, "atol": case.atol}, f)


main(sys.argv[1])
