"""Writes python.safetensors: an array of each dtype that NumPy has, of values that
the test knows, by Python's safetensors (0.8.0) and numpy (2.4.6).

    python golden.py python.safetensors

and reads it, or a file by another writer, again, failing unless it holds the same:

    python golden.py --check FILE
"""

import sys

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

NAMES = {
    "bool": "?", "u8": "u1", "i8": "i1", "i16": "<i2", "u16": "<u2", "f16": "<f2", "i32": "<i4",
    "u32": "<u4", "f32": "<f4", "f64": "<f8", "i64": "<i8", "u64": "<u8",
}  # fmt: skip
tensors = {name: (np.arange(6).reshape(2, 3) % (2 if name == "bool" else 7)).astype(d) for name, d in NAMES.items()}
tensors["f16"] = tensors["f16"] / np.float16(4) - np.float16(1)
tensors["f32"] = tensors["f32"] / np.float32(4) - np.float32(1)
tensors["f64"] = tensors["f64"] / 4 - 1
tensors["i16"] = tensors["i16"] - np.int16(300)
tensors["empty"] = np.zeros((0, 3), "<f4")
tensors["number"] = np.array(7, "<i8")
tensors['ein "Name"\n<é>\u2028\x01'] = np.array([2], "u1")
metadata = {"kind": "a\tb\\c </é>"}

if sys.argv[1] != "--check":
    save_file(tensors, sys.argv[1], metadata)
    sys.exit()
with safe_open(sys.argv[2], "np") as f:
    assert f.metadata() == metadata, f.metadata()
    assert set(f.keys()) == set(tensors), f.keys()
    for name, want in tensors.items():
        got = f.get_tensor(name)
        assert got.dtype == want.dtype and got.shape == want.shape and np.array_equal(got, want), (name, got, want)
