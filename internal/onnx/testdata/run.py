"""Runs models and compares what they give with the published tests that they came from.

usage: python run.py TESTS MODELS

TESTS is a folder as onnxtest/cases.py writes it, MODELS has KIND/NAME.onnx with some of
the inputs. A line a failure, and a last one with the number of those that agree. Runs
in onnxruntime, and where that disagrees or lacks an operator, in onnx's reference.
"""

import glob
import json
import os
import sys
import warnings

import numpy as np
import onnx
import onnx.reference
import onnxruntime as ort

warnings.filterwarnings("ignore")


def tensor(path):
    p = onnx.TensorProto()
    with open(path, "rb") as f:
        p.ParseFromString(f.read())
    return onnx.numpy_helper.to_array(p)


def runtime(path, feed):
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"]).run(None, feed)


def reference(path, feed):
    return onnx.reference.ReferenceEvaluator(path).run(None, feed)


def same(results, data, settings):
    for i, got in enumerate(results):
        want = tensor(f"{data}/output_{i}.pb")
        if got.shape != want.shape or got.dtype != want.dtype:
            raise ValueError(f"output {i}: want {want.dtype} {want.shape}, got {got.dtype} {got.shape}")
        np.testing.assert_allclose(got, want, rtol=settings["rtol"], atol=max(settings["atol"], 1e-6))


def check(tests, models, name):
    model = onnx.load(f"{models}/{name}.onnx")
    onnx.checker.check_model(model)
    original = onnx.load(f"{tests}/{name}/model.onnx")
    data = f"{tests}/{name}/test_data_set_0"
    settings = {"rtol": 1e-3, "atol": 1e-7}
    if os.path.exists(f"{tests}/{name}/data.json"):
        with open(f"{tests}/{name}/data.json") as f:
            settings = json.load(f)
    initializers = {i.name for i in original.graph.initializer}
    inputs = [i.name for i in original.graph.input if i.name not in initializers]
    feed = {i.name: tensor(f"{data}/input_{inputs.index(i.name)}.pb") for i in model.graph.input}
    try:
        same(runtime(f"{models}/{name}.onnx", feed), data, settings)
    except Exception as why:
        try:
            same(reference(f"{models}/{name}.onnx", feed), data, settings)
        except Exception:
            raise why


def main(tests, models):
    agree = 0
    for path in sorted(glob.glob(f"{models}/*/*.onnx")):
        name = os.path.relpath(path, models)[: -len(".onnx")]
        try:
            check(tests, models, name)
            agree += 1
        except Exception as e:
            print(name, " ".join(str(e).split())[:300])
    print(agree, "agree")


main(sys.argv[1], sys.argv[2])
