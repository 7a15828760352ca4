#!/usr/bin/env python3
"""The networks of BenchmarkSuite in other frameworks, timed on this machine.

usage: peers.py torch|compile|keras|jax|ort NET[,NET…]|all|- [BATCH [THREADS]]
Prints a line a network: its name, and the µs a sample of a training step (forward, backward, Adam) and of
inference, medians; nan where there is none. With - the names come from standard input, one a line, and what the
peer is called is the first line: so what is slow to start is started once. torch tries NCHW and channels-last,
eager, and prints the better; compile is torch.compile, which wants a C++ compiler; jax has no networks with batch
norm; ort has inference alone, of the network that torch exports. Needs torch; tensorflow and keras; jax; or
torch, onnx, onnxscript and onnxruntime, from PyPI. AVX2 alone: ONEDNN_MAX_CPU_ISA=AVX2 ATEN_CPU_CAPABILITY=avx2
for torch, XLA_FLAGS=--xla_cpu_max_isa=AVX2 for jax.
"""
import functools
import importlib
import sys

from nets import NETS, times

PEERS = {
    "torch": ("bytorch", "eager"),
    "compile": ("bytorch", "compiled"),
    "keras": ("bykeras", "peer"),
    "jax": ("byjax", "peer"),
    "ort": ("bytorch", "exported"),
}


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in PEERS:
        sys.exit(__doc__)
    peer, which = sys.argv[1:3]
    batch = int(sys.argv[3]) if len(sys.argv) > 3 else 32
    threads = int(sys.argv[4]) if len(sys.argv) > 4 else 2
    module, start = PEERS[peer]
    try:
        called, ways = getattr(importlib.import_module(module), start)(threads)
    except ImportError as e:
        sys.exit(f"{peer}: {e}")
    names = NETS if which == "all" else which.split(",")
    if which == "-":
        print(called, flush=True)
        names = map(str.strip, sys.stdin)
    ways = functools.cache(ways)
    for name in names:
        try:
            took = times(ways(name, batch), batch)
        except Exception as e:
            print(f"{peer}, {name}: {str(e).strip().splitlines()[:1]}", file=sys.stderr)
            took = float("nan"), float("nan")
        print(name, "%.1f %.1f" % took, flush=True)


if __name__ == "__main__":
    main()
