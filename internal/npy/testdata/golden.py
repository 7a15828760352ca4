"""Writes the files that the tests read, of values that they know, by numpy (2.4.6):

    python golden.py DIR

or reads what the test TestNumPyReads has written to DIR, failing unless it is the
same:

    python golden.py --check DIR
"""

import io
import sys
import zipfile

import numpy as np

# i - 3 for signed types, else i, for i = 0 … 5 by two rows; bools are odd or not.
TYPES = ["b1", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8"]


def array(code):
    x = np.arange(6).reshape(2, 3)
    if code == "b1":
        return x % 2 == 1
    return (x if code[0] == "u" else x - 3).astype("<" + code)


def bytes_of(x, version=None):
    b = io.BytesIO()
    np.lib.format.write_array(b, x, version)
    return b.getvalue()


def same(got, want):
    assert got.dtype == want.dtype and got.shape == want.shape and np.array_equal(got, want), (got, want)


if sys.argv[1] == "--check":
    folder = sys.argv[2]
    for code in TYPES:
        name = f"{folder}/{code}.npy"
        same(np.load(name), array(code))
        assert open(name, "rb").read() == bytes_of(array(code)), name
    with np.load(f"{folder}/all.npz") as z:
        assert z.files == [*TYPES, "a/number", "none", "cube"], z.files
        for code in TYPES:
            same(z[code], array(code))
        same(z["a/number"], np.array(7.5, "<f4"))
        same(z["none"], np.zeros((0, 3), "<i8"))
        same(z["cube"], np.arange(24, dtype="<f4").reshape(2, 3, 4))
    sys.exit()

folder = sys.argv[1]
cases = {}
for code in TYPES:
    x = array(code)
    for order, layout in {"c": np.ascontiguousarray, "fortran": np.asfortranarray}.items():
        for end in "<>":
            y = layout(x.astype(end + code))
            version = {"c<": (1, 0), "c>": (2, 0), "fortran<": (3, 0), "fortran>": (1, 0)}[order + end]
            cases[f"{code} {order} {'big' if end == '>' else 'little'}"] = bytes_of(y, version)
cube = np.arange(24, dtype="<f4").reshape(2, 3, 4)
cases["cube"] = bytes_of(np.asfortranarray(cube))
cases["number"] = bytes_of(np.array(7.5, "<f4"))
cases["none"] = bytes_of(np.asfortranarray(np.zeros((0, 3), "<i8")))
with zipfile.ZipFile(f"{folder}/cases.npz", "w", zipfile.ZIP_DEFLATED) as z:
    for name, b in cases.items():
        z.writestr(zipfile.ZipInfo(name + ".npy"), b, zipfile.ZIP_DEFLATED)
np.save(f"{folder}/cube.npy", cube)
np.savez(f"{folder}/stored.npz", cube, x=array("f8"), **{"a/b": array("i8")})
np.savez_compressed(f"{folder}/deflated.npz", cube, x=array("f8"), **{"a/b": array("i8")})
np.save(f"{folder}/object.npy", np.array([None, {}], object), allow_pickle=True)
