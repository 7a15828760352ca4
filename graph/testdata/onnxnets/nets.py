"""Networks of torchvision as ONNX models, and ONNX Runtime's time on them.

  nets.py export DIR            NAME.dynamo.onnx, NAME.legacy17.onnx, NAME.legacy13.onnx for each
                                network, with two pictures NAME.x.npy and PyTorch's logits NAME.y.npy
  nets.py time DIR NAME BATCH   the median time of an image, in ms, by two threads, and the peak
                                of the process's memory, in MB

Weights are random, of seed 0. Wants torch, torchvision, onnx, onnxscript, onnxruntime, numpy.
"""

import sys
import time
import warnings

import numpy as np

NAMES = ["squeezenet1_1", "resnet18", "mobilenet_v2", "shufflenet_v2_x1_0",
         "efficientnet_b0", "densenet121", "googlenet", "mnasnet1_0"]


def export(folder):
    import torch
    import torchvision

    for name in NAMES:
        torch.manual_seed(0)
        settings = {"aux_logits": False, "init_weights": True} if name == "googlenet" else {}
        net = torchvision.models.get_model(name, weights=None, **settings).eval()
        x = torch.randn(2, 3, 224, 224)
        with torch.no_grad():
            np.save(f"{folder}/{name}.x.npy", x.numpy())
            np.save(f"{folder}/{name}.y.npy", net(x).numpy())
            torch.onnx.export(net, (x,), f"{folder}/{name}.dynamo.onnx", dynamo=True, verbose=False,
                              external_data=False, dynamic_shapes=({0: torch.export.Dim("batch")},))
            for opset in (13, 17):
                torch.onnx.export(net, (x,), f"{folder}/{name}.legacy{opset}.onnx", dynamo=False, verbose=False,
                                  opset_version=opset, input_names=["x"], dynamic_axes={"x": {0: "batch"}})


def clock(folder, name, batch):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(f"{folder}/{name}.dynamo.onnx", options, providers=["CPUExecutionProvider"])
    x = np.arange(batch * 3 * 224 * 224) * 7919 % 1000
    feed = {session.get_inputs()[0].name: (x / 500 - 1).astype(np.float32).reshape(batch, 3, 224, 224)}
    session.run(None, feed)
    times, end = [], time.perf_counter() + 1
    while len(times) < 5 or time.perf_counter() < end:
        begin = time.perf_counter()
        session.run(None, feed)
        times.append((time.perf_counter() - begin) / batch)
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
    print(f"{name} {batch} {np.median(times) * 1e3:.2f} {peak:.0f}")


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    if sys.argv[1] == "export":
        export(sys.argv[2])
    else:
        clock(sys.argv[2], sys.argv[3], int(sys.argv[4]))
