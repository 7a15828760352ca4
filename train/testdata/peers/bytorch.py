"""The networks in PyTorch: eager, both as NCHW and channels last; compiled; and exported, in ONNX Runtime."""
import copy
import io
import logging

import torch
from torch import nn

from nets import NETS, Way, words

VERSION = f"PyTorch {torch.__version__}"


class Residual(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.body = nn.Sequential(*conv(channels, filters, 3, stride, norm=True), nn.ReLU(), *conv(filters, filters, 3, 1, norm=True))
        self.shortcut = nn.Identity()
        if channels != filters or stride != 1:
            self.shortcut = nn.Sequential(*conv(channels, filters, 1, stride, norm=True))

    def forward(self, x):
        return torch.relu(self.body(x) + self.shortcut(x))


def conv(channels, filters, kernel, stride, padding=None, norm=False, groups=1):
    padding = kernel // 2 if padding is None else padding
    made = nn.Conv2d(channels, filters, kernel, stride, padding, bias=not norm, groups=groups)
    return [made, nn.BatchNorm2d(filters)] if norm else [made]


def network(name):
    c, h, w = NETS[name][0]
    layers = []
    for word in words(name):
        n, stride = word.n, word.stride
        function = nn.Tanh() if word.tanh else nn.ReLU()
        if word.kind == "c":
            padding = 0 if word.valid else word.kernel // 2
            layers += [*conv(c, n, word.kernel, stride, padding, word.norm), function]
            h, w = ((s + 2 * padding - word.kernel) // stride + 1 for s in (h, w))
        elif word.kind == "p":
            layers.append(nn.MaxPool2d(2))
            h, w = h // 2, w // 2
        elif word.kind == "r":
            layers.append(Residual(c, n, stride))
            h, w = -(-h // stride), -(-w // stride)
        elif word.kind == "m":
            layers += [*conv(c, c, 3, stride, norm=True, groups=c), nn.ReLU6(), *conv(c, n, 1, 1, norm=True), nn.ReLU6()]
            h, w = -(-h // stride), -(-w // stride)
        elif word.kind == "g":
            layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
            h = w = 1
        elif word.kind == "f":
            layers.append(nn.Flatten())
            c, h, w = c * h * w, 1, 1
        else:
            layers += [nn.Linear(c, n)] + ([function] if word.kind == "d" else [])
        c = n or c
    return nn.Sequential(*layers)


def way(name, batch, last=False, compiled=False):
    net, x, y = network(name), torch.rand(batch, *NETS[name][0]), torch.arange(batch) % 10
    if last:
        net, x = net.to(memory_format=torch.channels_last), x.contiguous(memory_format=torch.channels_last)
    optimizer, loss = torch.optim.Adam(net.parameters(), lr=1e-3, eps=1e-7), nn.CrossEntropyLoss()
    first = copy.deepcopy((net.state_dict(), optimizer.state_dict()))
    run = torch.compile(net) if compiled else net

    def start():
        net.load_state_dict(first[0])
        optimizer.load_state_dict(first[1])
        net.train()

    def train():
        optimizer.zero_grad()
        loss(run(x), y).backward()
        optimizer.step()

    @torch.no_grad()
    def infer():
        return run(x)

    return Way(start, train, net.eval, infer)


def eager(threads):
    torch.set_num_threads(threads)
    return VERSION, lambda name, batch: [way(name, batch), way(name, batch, last=True)]


def compiled(threads):
    torch.set_num_threads(threads)
    # Else, of so many networks, the last would not be compiled.
    torch._dynamo.config.recompile_limit = torch._dynamo.config.accumulated_recompile_limit = 1000
    return VERSION + ", compiled", lambda name, batch: [way(name, batch, compiled=True)]


def exported(threads):
    import onnxruntime

    logging.disable(logging.WARNING)  # of what else could be exported

    def ways(name, batch):
        x, file = torch.rand(batch, *NETS[name][0]), io.BytesIO()
        torch.onnx.export(network(name).eval(), (x,), dynamo=True, verbose=False).save(file)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        session = onnxruntime.InferenceSession(file.getvalue(), options, providers=["CPUExecutionProvider"])
        feed = {session.get_inputs()[0].name: x.numpy()}
        return [Way(lambda: None, None, lambda: None, lambda: session.run(None, feed))]

    return f"ONNX Runtime {onnxruntime.__version__}", ways
