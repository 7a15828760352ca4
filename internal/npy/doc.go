// Package npy reads and writes the arrays of NumPy's files, .npy of one and .npz
// of several:
//
//	err := npy.WriteFile("x.npy", npy.FromFloat32s([]int{2, 2}, []float32{1, 2, 3, 4}))
//	…
//	a, err := npy.ReadFile("x.npy")
//	x, err := a.Float32s()
//
// A .npy file is a header, a Python literal that tells type, order and shape, and
// then the values; a .npz file is a ZIP archive of such files. Format:
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
package npy
